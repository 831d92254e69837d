"""Zip files from strangers: bounded unpacked size, ratio and number of members, no path that leaves."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.i18n import messages
from ninefold.base.limits import ARCHIVE_RATIO, ARCHIVE_UNPACKED, MIB

say = messages("base")
MEMBERS: Final = 10_000
_SMALL: Final = MIB  # the ratio of a small archive says nothing


class Archive:
    """The members of a zip, read one by one after the whole was found harmless."""

    def __init__(self, data: bytes, name: str = "", *, unpacked: int = ARCHIVE_UNPACKED) -> None:
        """InputError for what is no zip, for encryption and path escapes; LimitError for a bomb."""
        self.place = Place(name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, NotImplementedError) as error:
            raise InputError(
                "bad-archive", str(say("The archive is damaged: {why}.", why=str(error))), place=self.place
            ) from error
        if len(members) > MEMBERS:
            raise LimitError(
                "too-many", str(say("The archive has more than {n} members.", n=MEMBERS)), place=self.place
            )
        total = sum(member.file_size for member in members)
        if total > unpacked or (total > _SMALL and total > ARCHIVE_RATIO * max(1, len(data))):
            raise LimitError(
                "archive-bomb",
                str(say("The archive would unpack to {n} bytes; it is not opened.", n=total)),
                place=self.place,
                advice=str(say("Save the file again from the program that made it.")),
            )
        for member in members:
            _harmless(member, self.place)
        self._members = {member.filename: member for member in members}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all members, in the order of the archive."""
        return tuple(self._members)

    def read(self, name: str, limit: int = ARCHIVE_UNPACKED) -> bytes:
        """One member. InputError when it is missing or damaged, LimitError when it is larger than ``limit``."""
        member = self._members.get(name)
        if member is None:
            raise InputError("no-member", str(say("The archive has no {name}.", name=name)), place=self.place)
        if member.file_size > limit:
            raise LimitError(
                "too-large",
                str(say("{name} has {size} bytes; at most {n} are read.", name=name, size=member.file_size, n=limit)),
                place=self.place,
            )
        try:
            # the declared size bounds what zipfile inflates, so a lying header ends in an error here
            return self._zip.read(member)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
            ValueError,
        ) as error:
            raise InputError(
                "bad-archive",
                str(say("{name} in the archive is damaged: {why}.", name=name, why=str(error))),
                place=self.place,
            ) from error


def _harmless(member: zipfile.ZipInfo, place: Place) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in member.filename.split("/", 1)[0]:
        raise InputError(
            "path-escape", str(say("'{name}' leads out of the archive.", name=member.filename)), place=place
        )
    if member.flag_bits & 0x1:
        raise InputError(
            "encrypted",
            str(say("The archive is protected with a password.")),
            place=place,
            advice=str(say("Save it without a password.")),
        )
