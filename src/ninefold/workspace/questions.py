"""The questions of the interview: about a machine that may exist only on paper, in words of people who build it."""

from __future__ import annotations

from typing import Final

import msgspec

from ninefold.base.i18n import Text


class Question(msgspec.Struct, frozen=True):
    """One question. ``choices`` empty: free text. ``when``: only asked if that answer is one of those words."""

    id: str
    text: Text
    choices: tuple[str, ...] = ()
    default: str = ""
    help: Text = Text("")
    when: tuple[str, tuple[str, ...]] = ("", ())


_NUMBER: Final = Text("A whole number; 0 for none.", "Eine ganze Zahl; 0 für keine.")

QUESTIONS: Final = (
    Question("title", Text("What is the machine called?", "Wie heißt die Maschine?"), default="New machine"),
    Question("purpose", Text("What does it do, in one sentence?", "Was tut sie, in einem Satz?")),
    Question(
        "role",
        Text("What are you for this machine?", "Was sind Sie für diese Maschine?"),
        ("builder", "integrator", "operator", "service"),
        "builder",
        Text("Machine builder, system integrator, plant operator or maintenance service.",
             "Maschinenbauer, Systemintegrator, Betreiber oder Instandhaltungsdienst."),
    ),
    Question(
        "people",
        Text("What is the worst that a malfunction can do to people?",
             "Was kann eine Fehlfunktion Menschen schlimmstenfalls antun?"),
        ("nothing", "first-aid", "reversible", "irreversible", "death"),
        "reversible",
        Text("Think of the machine moving, heating or releasing something when nobody expects it.",
             "Denken Sie daran, dass sie sich unerwartet bewegt, heizt oder etwas freisetzt."),
    ),
    Question(
        "environment",
        Text("And to the environment?", "Und der Umwelt?"),
        ("nothing", "on-site", "reportable", "off-site", "lasting"),
        "nothing",
    ),
    Question(
        "standstill",
        Text("After which standstill does it become really bad?", "Ab welchem Stillstand wird es richtig schlimm?"),
        ("hour", "shift", "days", "weeks", "never"),
        "shift",
        Text("'hour': one hour is already very bad. 'never': a standstill hardly matters.",
             "'hour': schon eine Stunde ist sehr schlimm. 'never': ein Stillstand ist fast egal."),
    ),
    Question(
        "wrong_product",
        Text("If somebody changed settings unnoticed, what would happen to the product?",
             "Wenn jemand unbemerkt Einstellungen ändert, was geschieht mit dem Produkt?"),
        ("nothing", "rejects", "complaints", "recall"),
        "rejects",
    ),
    Question(
        "secrets",
        Text("How much would a competitor gain from programs and recipes?",
             "Wie viel nützten Programme und Rezepturen einem Wettbewerber?"),
        ("nothing", "little", "much", "everything"),
        "little",
    ),
    Question("controllers", Text("How many controllers (PLC)?", "Wie viele Steuerungen (SPS)?"), (), "1", _NUMBER),
    Question("vendor", Text("Which make are they?", "Von welchem Hersteller sind sie?")),
    Question(
        "safety",
        Text("How is the safety function done?", "Wie ist die Sicherheitsfunktion gelöst?"),
        ("none", "hardwired", "integrated", "separate"),
        "separate",
        Text("'integrated': in the same controller; 'separate': a safety controller of its own.",
             "'integrated': in derselben Steuerung; 'separate': eigene Sicherheitssteuerung."),
    ),
    Question("io", Text("How many remote I/O stations?", "Wie viele Peripheriestationen?"), (), "2", _NUMBER),
    Question("drives", Text("How many drives on the network?", "Wie viele Antriebe am Netz?"), (), "2", _NUMBER),
    Question("panels", Text("How many operator panels (HMI)?", "Wie viele Bediengeräte (HMI)?"), (), "1", _NUMBER),
    Question("cameras", Text("How many cameras?", "Wie viele Kameras?"), (), "0", _NUMBER),
    Question(
        "fieldbus",
        Text("What do controllers and I/O speak?", "Was sprechen Steuerungen und Peripherie?"),
        ("profinet", "ethercat", "ethernet-ip", "modbus", "other"),
        "profinet",
    ),
    Question(
        "scada",
        Text("Is there a PC that visualises or records (SCADA, data server)?",
             "Gibt es einen PC zum Visualisieren oder Aufzeichnen (SCADA, Datenserver)?"),
        ("yes", "no"),
        "no",
    ),
    Question(
        "engineering",
        Text("From where is it programmed?", "Von wo wird sie programmiert?"),
        ("laptop", "station", "remote-only"),
        "laptop",
        Text("'laptop': plugged in when needed; 'station': a PC that stays connected.",
             "'laptop': bei Bedarf angesteckt; 'station': ein PC, der verbunden bleibt."),
    ),
    Question(
        "company",
        Text("Is it connected to the customer's network (MES, ERP)?",
             "Ist sie mit dem Netz des Kunden verbunden (MES, ERP)?"),
        ("no", "reads", "writes"),
        "reads",
        Text("'reads': they only fetch data; 'writes': they send orders or recipes.",
             "'reads': sie holen nur Daten; 'writes': sie senden Aufträge oder Rezepturen."),
    ),
    Question(
        "company_service",
        Text("How do they talk to it?", "Wie sprechen sie mit ihr?"),
        ("opcua", "mqtts", "mqtt", "mssql", "modbus", "https"),
        "opcua",
        when=("company", ("reads", "writes")),
    ),
    Question(
        "remote",
        Text("Is there remote maintenance?", "Gibt es Fernwartung?"),
        ("no", "on-demand", "always-on", "cellular"),
        "on-demand",
        Text("'on-demand': somebody switches it on at the machine; 'cellular': a mobile router of its own.",
             "'on-demand': jemand schaltet sie vor Ort ein; 'cellular': ein eigener Mobilfunkrouter."),
    ),
    Question(
        "remote_users",
        Text("Does every person log in personally there?", "Meldet sich dort jede Person einzeln an?"),
        ("yes", "no"),
        "yes",
        when=("remote", ("on-demand", "always-on", "cellular")),
    ),
    Question(
        "cloud",
        Text("Does it talk to a cloud?", "Spricht sie mit einer Cloud?"),
        ("no", "sends", "receives"),
        "no",
        Text("'sends': data only; 'receives': also commands, recipes or updates.",
             "'sends': nur Daten; 'receives': auch Befehle, Rezepturen oder Updates."),
    ),
    Question(
        "wireless",
        Text("Is anything connected by radio?", "Ist etwas per Funk angebunden?"),
        ("no", "inside", "beyond-fence"),
        "no",
        Text("'beyond-fence': the signal can be received outside the site.",
             "'beyond-fence': das Signal ist außerhalb des Geländes zu empfangen."),
    ),
    Question("media", Text("Are USB sticks used on it?", "Werden USB-Sticks daran benutzt?"), ("yes", "no"), "yes"),
    Question(
        "attended",
        Text("Who is around the machine?", "Wer ist bei der Maschine?"),
        ("staff", "nobody", "controlled"),
        "staff",
        Text("'controlled': cabinets locked and supervised, media checked.",
             "'controlled': Schränke verschlossen und überwacht, Datenträger geprüft."),
    ),
    Question(
        "patches",
        Text("How often may it be stopped for updates?", "Wie oft darf sie für Updates angehalten werden?"),
        ("monthly", "quarterly", "yearly", "never"),
        "yearly",
    ),
    Question(
        "network",
        Text("Which addresses does the machine use? The first two numbers are enough.",
             "Welche Adressen benutzt die Maschine? Die ersten zwei Zahlen genügen."),
        default="192.168",
    ),
)  # fmt: skip
