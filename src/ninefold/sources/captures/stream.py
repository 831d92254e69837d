"""The bytes of a capture: a file, standard input, gzip or Zstandard; bounded, and hashed while they are read."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.limits import ARCHIVE_RATIO, GIB, MIB
from ninefold.sources.captures.detect import GZIP, ZSTD

_LEAST: Final = 4 * GIB  # a compressed capture may always unpack to this much; beyond, the ratio counts
_WINDOW: Final = 128 * MIB


class Hashing(io.RawIOBase):
    """A reader that hashes what passes through it, on a thread of its own, so that hashing costs no time."""

    def __init__(self, raw: BinaryIO, head: bytes = b"") -> None:
        self._raw, self._head = raw, head
        self._digest = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1)
        self._pending: Future[Any] | None = None
        self.size = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, target: Any) -> int:
        """Fill ``target``; 0 at the end. The bytes must stay unchanged until :meth:`settle` or the next call."""
        self.settle()  # the target may be a buffer that is used again
        view = memoryview(target).cast("B")
        if self._head:
            count = min(len(view), len(self._head))
            view[:count] = self._head[:count]
            self._head = self._head[count:]
        else:
            count = self._fill(view)
        self._pending = self._thread.submit(self._digest.update, view[:count])
        self.size += count
        return count

    def _fill(self, view: memoryview) -> int:
        read = getattr(self._raw, "readinto", None)
        if read is not None:
            return int(read(view) or 0)
        data = self._raw.read(len(view))
        view[: len(data)] = data
        return len(data)

    def settle(self) -> None:
        """Wait until everything read so far is hashed."""
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def finish(self) -> str:
        """Read what is left, then the SHA-256 of everything. LimitError when a great deal is left."""
        scratch, enough = bytearray(MIB), self.size + GIB
        while self.readinto(scratch):
            if self.size > enough:
                raise LimitError(
                    "not-frames",
                    "More than 1 GiB follows that is no part of the capture.",
                    advice="Cut the file behind its last frame, for example with editcap.",
                )
        self.settle()
        return self._digest.hexdigest()

    def close(self) -> None:
        """Stop hashing; the wrapped file stays open."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        super().close()


class Source:
    """An opened capture. ``readinto`` gives its unpacked bytes; ``problem`` says why they ended too early."""

    def __init__(self, name: str, hashing: Hashing, plain: io.RawIOBase | io.BufferedIOBase, packed: bool) -> None:
        self.name, self._hashing, self._plain, self._packed = name, hashing, plain, packed
        self.unpacked = 0
        self.problem = ""

    def readinto(self, target: memoryview) -> int:
        """Fill as much of ``target`` as there is; 0 at the end. A damaged archive ends early (``problem``)."""
        done = 0
        while done < len(target):
            try:
                count = self._plain.readinto(target[done:]) or 0
            except (EOFError, OSError, ValueError) as error:
                if not self._packed:
                    raise
                self.problem, count = str(error) or "the archive is damaged", 0
            except Exception as error:  # zstandard and zlib have error classes of their own
                if not self._packed:
                    raise
                self.problem, count = str(error), 0
            if not count:
                break
            done += count
        self.unpacked += done
        if self._packed and self.unpacked > max(_LEAST, ARCHIVE_RATIO * self._hashing.size):
            raise LimitError(
                "archive-ratio",
                f"The compressed capture grows to more than {ARCHIVE_RATIO} times its size.",
                place=Place(self.name),
                advice="Unpack it yourself if it is genuine.",
            )
        return done

    def finish(self) -> tuple[str, int]:
        """SHA-256 and size of the file as it is (still compressed)."""
        if not self._packed and self.unpacked == self._hashing.size:
            self._hashing.settle()
        return self._hashing.finish(), self._hashing.size


@contextmanager
def opened(source: Path | BinaryIO, name: str = "") -> Iterator[Source]:
    """The unpacked bytes of a capture. InputError when it cannot be read or is no file."""
    if isinstance(source, Path):
        with _file(source) as raw, _wrapped(cast(BinaryIO, raw), name or source.name) as result:
            yield result
    else:
        with _wrapped(source, name or str(getattr(source, "name", "-")).strip("<>")) as result:
            yield result


def _file(path: Path) -> io.FileIO:
    place = Place(str(path))
    if path.is_dir():
        raise InputError("is-directory", "This is a folder, a capture is needed.", place=place)
    try:
        return io.FileIO(path, "rb")
    except OSError as error:
        raise InputError("unreadable", f"The file cannot be read: {error.strerror}.", place=place) from error


@contextmanager
def _wrapped(raw: BinaryIO, name: str) -> Iterator[Source]:
    head = raw.read(4) or b""
    hashing = Hashing(raw, head)
    try:
        yield Source(name, hashing, *_plain(hashing, head))
    finally:
        hashing.close()


def _plain(hashing: Hashing, head: bytes) -> tuple[io.RawIOBase | io.BufferedIOBase, bool]:
    if head.startswith(GZIP):
        return gzip.GzipFile(fileobj=io.BufferedReader(hashing, MIB)), True
    if head == ZSTD:
        import zstandard

        reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
            cast(BinaryIO, io.BufferedReader(hashing, MIB)), read_across_frames=True
        )
        return cast(io.RawIOBase, reader), True
    return hashing, False
