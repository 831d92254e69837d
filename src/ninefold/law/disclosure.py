"""security.txt (RFC 9116): where to report a vulnerability. CRA Art. 13(17) asks for a single point of contact."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ninefold.base.errors import InputError
from ninefold.base.i18n import messages

say = messages("law")
SCHEMES = ("https://", "mailto:", "tel:")


def security_txt(
    contacts: tuple[str, ...],
    expires: str,
    *,
    today: date,
    policy: str = "",
    encryption: str = "",
    canonical: str = "",
    languages: str = "",
) -> str:
    """The file. ``expires``: YYYY-MM-DD, less than a year after ``today`` as RFC 9116 section 2.5.5 recommends.

    InputError for no contact, an address without scheme, a date that is past or too far.
    """
    if not contacts:
        raise InputError("no-contact", str(say("At least one contact is needed.")))
    fields = [("Contact", _address(item)) for item in contacts]
    fields.append(("Expires", _expires(expires, today)))
    for name, value in (("Encryption", encryption), ("Policy", policy), ("Canonical", canonical)):
        if value:
            fields.append((name, _address(value)))
    if languages:
        fields.append(("Preferred-Languages", _plain(languages)))
    return "".join(f"{name}: {value}\n" for name, value in fields)


def _plain(value: str) -> str:
    if any(ord(sign) < 32 for sign in value):
        raise InputError("bad-address", str(say("A value must stand in one line.")))
    return value


def _address(value: str) -> str:
    value = _plain(value.strip())
    if "@" in value and ":" not in value:
        value = f"mailto:{value}"
    if not value.startswith(SCHEMES) or " " in value:
        advice = str(say("Write it like mailto:security@example.com or https://example.com/security."))
        raise InputError("bad-address", str(say("'{value}' is no address.", value=value)), advice=advice)
    return value


def _expires(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        advice = str(say("Write a date like 2027-01-20."))
        raise InputError("bad-time", str(say("'{text}' is no time.", text=text)), advice=advice) from None
    if not today < day <= today + timedelta(days=366):
        raise InputError("bad-time", str(say("It must expire after today and within one year.")))
    return datetime(day.year, day.month, day.day, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
