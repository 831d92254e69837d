"""Services of the IT around a line: HTTPS, SSH, DNS, NTP, SNMP, syslog, Telnet, printing, OpenVPN and some noise."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import ssl
import struct
import time
from pathlib import Path


async def _program(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, stdin=-3, stdout=-3, stderr=-3)
    await process.wait()


def _write(folder: Path, name: str, text: str) -> str:
    target = folder / name
    target.write_text(text)
    return str(target)


async def _serve(port: int, answer: bytes, context: ssl.SSLContext | None = None) -> None:
    """Answer every request with the same bytes and close."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            await asyncio.wait_for(reader.read(2048), 10)
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "0.0.0.0", port, ssl=context)
    await server.serve_forever()


def _page(server: str) -> bytes:
    body = b"<html><title>Line 4</title></html>"
    head = f"HTTP/1.1 200 OK\r\nServer: {server}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def https_server(host: str, folder: Path) -> None:
    """One page behind a certificate of the plant's own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{host}.crt", folder / f"{host}.key")
    await _serve(443, _page("embedded"), context)


async def http_server(host: str, folder: Path, *, banner: str) -> None:
    """The same without protection."""
    await _serve(80, _page(banner))


async def https_client(host: str, folder: Path, *, server: str, period: float = 4, delay: float = 3) -> None:
    """Fetch the page again and again; the name in the request is the address, as machines often do."""
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.check_hostname = False
    await asyncio.sleep(delay)
    while True:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(server, 443, ssl=context), 10)
        writer.write(f"GET /state HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n".encode())
        await reader.read(4096)
        writer.close()
        await asyncio.sleep(period)


async def ssh_server(host: str, folder: Path) -> None:
    """OpenSSH with a throw-away host key."""
    lines = ["Port 22", f"HostKey {folder / 'host_key'}", "UsePAM no", "StrictModes no", "PidFile none"]
    lines += [f"AuthorizedKeysFile {folder / 'user_key.pub'}", "PasswordAuthentication no", "PermitRootLogin yes"]
    config = _write(folder, f"{host}.sshd", "\n".join(lines) + "\n")
    await _program("/usr/sbin/sshd", "-D", "-f", config)


async def ssh_client(host: str, folder: Path, *, server: str, delay: float) -> None:
    """A short session with a key."""
    options = ("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=10")
    await asyncio.sleep(delay)
    while True:
        await _program("ssh", "-i", str(folder / "user_key"), *options, f"root@{server}", "sleep 3; echo done")
        await asyncio.sleep(15)


async def telnet_server(host: str, folder: Path, *, banner: str) -> None:
    """A service console: option negotiation, then name and password in clear text."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18" + f"\r\n{banner}\r\nlogin: ".encode())
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n")
            writer.write(b"Password: ")
            await reader.readuntil(b"\r\n")
            writer.write(b"\r\nCW-300> ")
            await reader.readuntil(b"\r\n")
            writer.write(b"scale factor 1.000\r\nCW-300> ")
            await reader.read(64)
        writer.close()

    server = await asyncio.start_server(handle, "0.0.0.0", 23)
    await server.serve_forever()


async def telnet_client(host: str, folder: Path, *, server: str, delay: float) -> None:
    """Sign in with the factory's name and password."""
    await asyncio.sleep(delay)
    while True:
        _, writer = await asyncio.open_connection(server, 23)
        writer.write(b"\xff\xfd\x01\xff\xfd\x03\xff\xfb\x18")
        for line in (b"service", b"service", b"show scale"):
            await asyncio.sleep(1)
            writer.write(line + b"\r\n")
            await writer.drain()
        await asyncio.sleep(1)
        writer.close()
        await asyncio.sleep(20)


async def dns_server(host: str, folder: Path) -> None:
    """dnsmasq for the names of the line."""
    names = {"mes-linie4": "10.10.20.10", "log-linie4": "10.10.20.6", "erp": "172.20.5.10"}
    lines = [f"address=/{name}.oberau.example/{address}" for name, address in names.items()]
    lines += [
        "address=/telemetry.fjordline.example/203.0.113.80",
        "no-resolv",
        "no-hosts",
        "user=root",
        "bind-interfaces",
    ]
    config = _write(folder, "dnsmasq.conf", "\n".join(lines) + "\n")
    await _program("dnsmasq", "--no-daemon", f"--conf-file={config}", "--pid-file", "--no-dhcp-interface=eth0")


async def dns_client(host: str, folder: Path, *, server: str, names: list[str]) -> None:
    """Ask for the names, from ever new ports."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(2)
    for number in itertools.count(1):
        for name in names:
            labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
            query = struct.pack(">HHHHHH", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + labels + b"\0\0\x01\0\x01"
            with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as link:
                link.setblocking(False)
                await loop.sock_sendto(link, query, (server, 53))
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(loop.sock_recv(link, 512), 3)
        await asyncio.sleep(6)


async def ntp_server(host: str, folder: Path) -> None:
    """chrony, serving the local clock without ever touching it (-x)."""
    lines = ["local stratum 5", "allow", f"pidfile {folder / host}.chrony.pid", "cmdport 0", "bindcmdaddress /"]
    config = _write(folder, f"{host}.chrony", "\n".join(lines) + "\n")
    await _program("chronyd", "-x", "-d", "-u", "root", "-f", config)


async def sntp(host: str, folder: Path, *, server: str) -> None:
    """Ask for the time every eight seconds, from port 123 as devices do where it is free."""
    loop = asyncio.get_running_loop()
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as link:
        with contextlib.suppress(OSError):
            link.bind(("", 123))
        link.setblocking(False)
        while True:
            stamp = struct.pack(">II", int(time.time()) + 2_208_988_800, 0)
            await loop.sock_sendto(link, b"\x23\0\x06\xec" + bytes(36) + stamp, (server, 123))
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(loop.sock_recv(link, 256), 3)
            await asyncio.sleep(8)


async def snmp_server(host: str, folder: Path, *, text: str, name: str) -> None:
    """net-snmp with the community everybody knows."""
    lines = ["rocommunity public", f"sysDescr {text}", f"sysName {name}", "agentaddress udp:161"]
    config = _write(folder, f"{host}.snmpd", "\n".join(lines) + "\n")
    await _program("snmpd", "-f", "-C", "-I", "-smux", "-c", config, "-Lo", "-p", str(folder / f"{host}.snmpd.pid"))


async def snmp_client(host: str, folder: Path, *, servers: list[str]) -> None:
    """State of the switches."""
    await asyncio.sleep(4)
    while True:
        for server in servers:
            for oid in ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.2.2.1.8.1"):
                await _program("snmpget", "-v2c", "-c", "public", "-r", "0", server, oid)
        await asyncio.sleep(8)


async def syslog_server(host: str, folder: Path) -> None:
    """rsyslog on udp/514."""
    target = folder / "collected.log"
    text = f'module(load="imudp")\ninput(type="imudp" port="514")\n*.* action(type="omfile" file="{target}")\n'
    config = _write(folder, "rsyslog.conf", f'global(workDirectory="{folder}")\n{text}')
    await _program("rsyslogd", "-n", "-f", config, "-i", str(folder / "rsyslogd.pid"))


async def syslog(host: str, folder: Path, *, server: str, text: str) -> None:
    """One message every nine seconds."""
    await asyncio.sleep(2)
    name, message = text.split(" ", 1)
    tag = message.split(":", 1)
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as link:
        while True:
            stamp = time.strftime("%b %e %H:%M:%S", time.gmtime())
            link.sendto(f"<134>{stamp} {name} {tag[0]}:{tag[1]}".encode(), (server, 514))
            await asyncio.sleep(9)


async def printer_server(host: str, folder: Path) -> None:
    """Raw printing."""
    await _serve(9100, b"")


async def print(host: str, folder: Path, *, server: str) -> None:  # noqa: A001 - the name of the role
    """A label every five seconds."""
    await asyncio.sleep(3)
    for number in itertools.count(1):
        _, writer = await asyncio.open_connection(server, 9100)
        writer.write(f"^XA^FO50,50^ADN,36,20^FDMHD 22.12.2026 L{number:04}^FS^XZ".encode())
        await writer.drain()
        writer.close()
        await asyncio.sleep(5)


async def openvpn_server(host: str, folder: Path) -> None:
    """The end of the service tunnel; one certificate a person."""
    keys = ("--ca", str(folder / "ca.crt"), "--cert", str(folder / f"{host}.crt"), "--key", str(folder / f"{host}.key"))
    net = (
        "--server",
        "10.10.39.0",
        "255.255.255.0",
        "--topology",
        "subnet",
        "--push",
        "route 10.10.30.0 255.255.255.0",
    )
    await _program("openvpn", "--dev", "tun0", "--proto", "udp", "--port", "1194", "--dh", "none", *keys, *net)


async def openvpn_client(host: str, folder: Path, *, server: str) -> None:
    """A service technician dials in."""
    keys = ("--ca", str(folder / "ca.crt"), "--cert", str(folder / f"{host}.crt"), "--key", str(folder / f"{host}.key"))
    await asyncio.sleep(2)
    await _program(
        "openvpn", "--client", "--dev", "tun0", "--proto", "udp", "--nobind", "--remote", server, "1194", *keys
    )


async def names_noise(host: str, folder: Path, *, name: str) -> None:
    """What an office laptop shouts into a network: NetBIOS and LLMNR names."""
    coded = b"".join(bytes([65 + (c >> 4), 65 + (c & 15)]) for c in name.ljust(15)[:15].encode() + b"\0")
    record = b"\x20" + coded + b"\0\0\x20\0\x01"
    netbios = (
        struct.pack(">HHHHHH", 7, 0x2910, 1, 0, 0, 1)
        + record
        + b"\xc0\x0c\0\x20\0\x01\0\x04\x93\xe0\0\x06\0\0\x0a\x0a\x0a\x4d"
    )
    llmnr = struct.pack(">HHHHHH", 8, 0, 1, 0, 0, 0) + bytes([4]) + b"wpad" + b"\0\0\x01\0\x01"
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        link.bind(("10.10.10.77", 137))
        while True:
            link.sendto(netbios, ("10.10.10.255", 137))
            link.sendto(llmnr, ("224.0.0.252", 5355))
            await asyncio.sleep(12)


async def ssdp(host: str, folder: Path) -> None:
    """A consumer camera announces itself."""
    text = "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
    text += "SERVER: Linux UPnP/1.0 CamWorks/1.2\r\nLOCATION: http://10.10.20.44/desc.xml\r\n"
    text += "USN: uuid:cam-1::upnp:rootdevice\r\n\r\n"
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as link:
        while True:
            link.sendto(text.encode(), ("239.255.255.250", 1900))
            await asyncio.sleep(11)


async def rtsp_server(host: str, folder: Path) -> None:
    """Video that nobody asked for."""
    await _serve(554, b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: CamWorks/1.2\r\nPublic: OPTIONS, DESCRIBE, SETUP\r\n\r\n")
