"""Industrial protocols, spoken by real servers and clients: Modbus, OPC UA, S7, EtherNet/IP, MQTT."""

from __future__ import annotations

import asyncio
import itertools
import os
import struct
import sys
from pathlib import Path
from typing import Any


async def modbus_server(host: str, folder: Path, *, identity: tuple[str, str, str] | None = None) -> None:
    """Registers on tcp/502, with a device identification where the device has one."""
    from pymodbus import ModbusDeviceIdentification
    from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
    from pymodbus.server import StartAsyncTcpServer

    blocks = {kind: ModbusSequentialDataBlock(1, [0] * 64) for kind in ("di", "co", "ir", "hr")}
    context = ModbusServerContext(devices=ModbusDeviceContext(**blocks))
    known = ModbusDeviceIdentification()
    if identity:
        known.VendorName, known.ProductCode, known.MajorMinorRevision = identity
    await StartAsyncTcpServer(context, identity=known, address=("0.0.0.0", 502))


async def modbus_client(host: str, folder: Path, *, server: str, period: float, write: bool) -> None:
    """Read the device's identification once, then registers, and write a set point every time."""
    from pymodbus.client import AsyncModbusTcpClient

    client = AsyncModbusTcpClient(server)
    await client.connect()
    if write:
        await client.read_device_information()
    for turn in itertools.count():
        await client.read_holding_registers(0, count=8)
        if write:
            await client.write_registers(8, [turn % 1000, 40 + turn % 5])
        await asyncio.sleep(period)


async def opcua_server(host: str, folder: Path, *, product: str, vendor: str, version: str) -> None:
    """A server with one object, and the build information a client can read."""
    from asyncua import Server, ua

    server = Server()
    await server.init()
    server.set_endpoint("opc.tcp://0.0.0.0:4840/")
    server.set_server_name(product)
    await server.set_application_uri(f"urn:{host}:{product}")
    await server.set_build_info(
        f"urn:{product}", vendor, product, version, version, __import__("datetime").datetime.now()
    )
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    space = await server.register_namespace("urn:packaging-line")
    machine = await server.nodes.objects.add_object(space, "Machine")
    speed = await machine.add_variable(ua.NodeId("Speed", space), "Speed", 40.0)
    await speed.set_writable()
    async with server:
        while True:
            await asyncio.sleep(60)


async def opcua_client(host: str, folder: Path, *, server: str, write: bool) -> None:
    """Read build information, then one value a second; write it back where the client commands."""
    from asyncua import Client, ua

    async with Client(f"opc.tcp://{server}:4840/", timeout=20) as client:
        await client.get_node(ua.NodeId(2260)).read_value()
        space = await client.get_namespace_index("urn:packaging-line")
        speed = client.get_node(ua.NodeId("Speed", space))
        while True:
            value = await speed.read_value()
            if write:
                await speed.write_value(float(value))
            await asyncio.sleep(1)


def _s7_class(order: str, name: str, serial: str, version: tuple[int, int, int]) -> Any:
    from snap7.server import Server

    class Named(Server):
        """Answers to identification with the device's own data."""

        def _get_szl_data(self, szl_id: int, szl_index: int) -> bytes | None:
            if szl_id == 0x0011:
                record = struct.pack(">H", 1) + order.encode().ljust(20)[:20] + bytes((0, *version))
                return struct.pack(">HH", len(record), 1) + record
            data = super()._get_szl_data(szl_id, szl_index)
            if szl_id != 0x001C or data is None:
                return data
            fields = bytearray(data)
            for offset, text in ((6, name), (40, order), (108, "Nordwerk Automation"), (142, serial), (176, order)):
                size = 32 if offset == 176 else 24
                fields[offset : offset + size] = text.encode().ljust(size, b"\0")[:size]
            return bytes(fields)

    return Named


async def s7_server(host: str, folder: Path, *, order: str, name: str, serial: str, version: Any) -> None:
    """A controller with one data block on tcp/102."""
    from snap7 import SrvArea

    server = _s7_class(order, name, serial, tuple(version))(log=False)
    server.register_area(SrvArea.DB, 1, bytearray(256))
    server.start(tcp_port=102)
    while True:
        await asyncio.sleep(60)


async def s7_client(
    host: str,
    folder: Path,
    *,
    server: str,
    write: bool,
    identify: bool = False,
    delay: float = 1,
    program: bool = False,
) -> None:
    """Read a data block every second; write it, ask who is there, stop and start the controller where told."""
    from snap7 import Client

    await asyncio.sleep(delay)
    client = Client()
    await asyncio.to_thread(client.connect, server, 0, 1)
    if identify:
        await asyncio.to_thread(client.get_order_code)
        await asyncio.to_thread(client.get_cpu_info)
    if program:
        await asyncio.to_thread(client.plc_stop)
        await asyncio.sleep(1)
        await asyncio.to_thread(client.plc_hot_start)
    while True:
        await asyncio.to_thread(client.db_read, 1, 0, 64)
        if write:
            await asyncio.to_thread(client.db_write, 1, 128, bytearray(8))
        await asyncio.sleep(1)


async def enip_server(host: str, folder: Path, *, product: str) -> None:
    """A controller with two tags on tcp/44818. Its identity stands in ``cpppo.cfg`` of its working folder."""
    work = folder / host
    work.mkdir(exist_ok=True)
    identity = (
        f"Vendor Number = 0x0fa2\nProduct Revision = 0x0c15\nSerial Number = 0x00c01512\nProduct Name = {product}\n"
    )
    (work / "cpppo.cfg").write_text(f"[Identity]\n{identity}")
    await _python(work, "cpppo.server.enip", "--address", "0.0.0.0:44818", "SPEED=DINT[10]", "PATTERN=INT[4]")


async def enip_client(host: str, folder: Path, *, server: str) -> None:
    """Ask for the identity, then poll a tag."""
    await asyncio.sleep(5)
    await _python(folder, "cpppo.server.enip.list_services", "--address", server, "--list-identity")
    while True:
        await _python(folder, "cpppo.server.enip.client", "--address", server, "--repeat", "3", "SPEED[0-3]")
        await asyncio.sleep(6)


async def _python(folder: Path, module: str, *arguments: str) -> None:
    """A program of a library, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=folder, stdout=-3, stderr=-3, env=dict(os.environ)
    )
    await process.wait()


async def mqtt_broker(host: str, folder: Path) -> None:
    """Mosquitto without TLS, as found on many lines."""
    config = folder / "mosquitto.conf"
    config.write_text("listener 1883 0.0.0.0\nallow_anonymous true\npersistence false\nuser root\n")
    process = await asyncio.create_subprocess_exec("mosquitto", "-c", str(config), stdout=-3, stderr=-3)
    await process.wait()


def _mqtt(host: str, server: str) -> Any:
    import paho.mqtt.client as mqtt

    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=host)
    client.connect(server, 1883)
    client.loop_start()
    return client


async def mqtt_publish(host: str, folder: Path, *, server: str) -> None:
    """Production data every second."""
    client = await asyncio.to_thread(_mqtt, host, server)
    for turn in itertools.count():
        client.publish("line4/packer/speed", f'{{"value": {40 + turn % 5}, "unit": "1/min"}}', qos=1)
        await asyncio.sleep(1)


async def mqtt_subscribe(host: str, folder: Path, *, server: str) -> None:
    """Listen to everything of the line."""
    client = await asyncio.to_thread(_mqtt, host, server)
    client.subscribe("line4/#", qos=1)
    while True:
        await asyncio.sleep(60)
