"""Git as a store of versions, used without git: objects, references and index are written directly.

A ``.git`` that came with somebody's workspace may be hostile. So nothing of it is executed or followed: no hooks,
filters, fsmonitor, signing, external diff, includes, alternates or other work trees; configuration is only
looked at to *refuse* formats we would damage.
"""

from __future__ import annotations

import io
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ninefold.base.errors import InputError, Place
from ninefold.base.files import sync_folder, write_atomic
from ninefold.base.i18n import Message
from ninefold.workspace.faults import say
from ninefold.workspace.journal import state_folder

_IGNORED: Final = b"# generated or rebuilt at any time\n/build/\n/.ninefold/\n"
_CONFIG: Final = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
_PATIENCE: Final = 2.0  # seconds to wait for a git that is just working
_HEAD_LIMIT: Final = 4096
_FOLDER: Final = 0o40000  # mode of a folder in a git tree


def repository_of(root: Path) -> Path | None:
    """The folder whose ``.git`` holds the history of ``root``: itself or a parent; None when there is none."""
    for folder in [root.resolve(), *root.resolve().parents]:
        if (folder / ".git").exists() or (folder / ".git").is_symlink():
            return folder
    return None


def commit(
    root: Path, contents: Mapping[str, bytes | None], author: str, reason: str, time: int, *, in_parent: bool = False
) -> str | None:
    """Commit exactly these files (None: gone) on the present branch; the id of the commit, None when none was made.

    A workspace outside any repository gets one of its own. Inside another repository only with ``in_parent``.
    Nothing else that was changed or staged gets into the commit. The same change is not committed twice.
    """
    home = repository_of(root)
    if home is None:
        _init(root)
        contents = {**contents, ".gitignore": (root / ".gitignore").read_bytes()}
        home = root.resolve()
    elif home != root.resolve() and not in_parent:
        return None
    prefix = root.resolve().relative_to(home).as_posix()
    prefix = "" if prefix == "." else prefix + "/"
    files = {(prefix + name).encode(): data for name, data in contents.items()}
    store = Store(home)
    try:
        return store.commit(files, author, reason, time)
    finally:
        store.close()


def check_repository(root: Path, *, in_parent: bool = False) -> None:
    """InputError, before anything is written, when the history could not be continued."""
    home = repository_of(root)
    if home is not None and (home == root.resolve() or in_parent):
        Store(home).close()


def _init(root: Path) -> None:
    """A new repository. It is made aside and appears whole, so that a crash leaves none or all of it."""
    ignore = root / ".gitignore"
    if not ignore.exists() and not ignore.is_symlink():
        write_atomic(ignore, _IGNORED)
    new = state_folder(root) / "new-git"
    if new.exists():
        shutil.rmtree(new)
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (new / folder).mkdir(parents=True)
    (new / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    (new / "config").write_bytes(_CONFIG)
    os.rename(new, root / ".git")  # noqa: PTH104 - never onto an existing folder
    sync_folder(root)


class Store:
    """Objects and references of one repository, opened without its configuration."""

    def __init__(self, home: Path) -> None:
        from dulwich.object_store import DiskObjectStore
        from dulwich.refs import DiskRefsContainer

        self.folder = home / ".git"
        self._refuse_strange(self.folder)
        self.objects: Any = DiskObjectStore(str(self.folder / "objects"))
        self.refs: Any = DiskRefsContainer(str(self.folder))

    def close(self) -> None:
        """Release files."""
        self.objects.close()

    def head(self) -> bytes | None:
        """The id of the newest commit of the present branch."""
        from dulwich.refs import SymrefLoop

        try:
            return self.refs[b"HEAD"]  # type: ignore[no-any-return]
        except (KeyError, SymrefLoop, ValueError):
            return None

    def commit(self, files: Mapping[bytes, bytes | None], author: str, reason: str, time: int) -> str | None:
        """See :func:`commit`."""
        from dulwich.objects import Blob, Commit

        parent = self.head()
        tree = self.objects[self.objects[parent].tree] if parent else None
        blobs = {path: None if data is None else Blob.from_string(data) for path, data in files.items()}
        for blob in blobs.values():
            if blob is not None:
                self._put(blob)
        root = self._tree(tree, {path: blob.id if blob else None for path, blob in blobs.items()})
        if tree is not None and root == tree.id:
            self._stage(blobs)
            return None
        new: Any = Commit()
        new.tree = root
        new.parents = [parent] if parent else []
        new.author = new.committer = _person(author)
        new.author_time = new.commit_time = time
        new.author_timezone = new.commit_timezone = 0
        new.encoding = b"UTF-8"
        new.message = (reason.strip() or "-").encode() + b"\n"
        self._put(new)
        self._advance(parent, new.id)
        self._stage(blobs)
        return str(new.id.decode())

    def files(self, commit_id: bytes | None, prefix: bytes) -> dict[bytes, bytes]:
        """Path (without ``prefix``) -> id of content, of all files below ``prefix`` in a commit."""
        if commit_id is None:
            return {}
        found: dict[bytes, bytes] = {}
        stack = [(b"", self.objects[commit_id].tree)]
        while stack:
            base, sha = stack.pop()
            for name, mode, inner in self.objects[sha].iteritems():
                path = base + name
                if mode == _FOLDER:
                    if prefix.startswith(path + b"/") or path.startswith(prefix):
                        stack.append((path + b"/", inner))
                elif path.startswith(prefix):
                    found[path[len(prefix) :]] = inner
        return found

    def content(self, sha: bytes) -> bytes:
        """The bytes of a stored file."""
        return bytes(self.objects[sha].data)

    def _put(self, thing: Any) -> None:
        """Store an object. Whole or not at all, and without a lock that a crash would leave behind."""
        name = thing.id.decode()
        path = self.folder / "objects" / name[:2] / name[2:]
        if not path.exists():
            write_atomic(path, thing.as_legacy_object(), mode=0o444)

    def _advance(self, parent: bytes | None, new: bytes) -> None:
        """Move the present branch from ``parent`` to ``new``, as git itself does it: by a lock file that is renamed."""
        branch = self._branch()
        path = self.folder / branch
        lock = path.with_name(path.name + ".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock(lock, new + b"\n")
        if self.head() != parent:
            lock.unlink()
            raise _busy(lock, say("Somebody else made a commit at the same moment; the files are written."))
        lock.replace(path)
        sync_folder(path.parent)

    def _branch(self) -> str:
        names, _ = self.refs.follow(b"HEAD")
        name = str(names[-1].decode())
        if name != "HEAD" and (not name.startswith("refs/heads/") or ".." in name or (self.folder / name).is_symlink()):
            raise _busy(self.folder / "HEAD", say("The history (.git) is of a kind that Ninefold does not write."))
        return name

    def _lock(self, lock: Path, content: bytes) -> None:
        """Take git's lock. One with our own content was left by a crash of ours in the middle of the same commit."""
        end = time.monotonic() + _PATIENCE
        temporary = lock.with_name(lock.name + ".ninefold")
        write_atomic(temporary, content)
        try:
            while True:
                try:
                    _appear(temporary, lock, content)
                    return
                except FileExistsError:
                    if _head_of(lock) == content:
                        return
                    if time.monotonic() > end:
                        raise _busy(lock, say("Another program holds the history (.git).")) from None
                    time.sleep(0.05)
        finally:
            temporary.unlink(missing_ok=True)

    def _tree(self, tree: Any, changes: Mapping[bytes, bytes | None]) -> bytes:
        """The id of ``tree`` with some paths changed; folders that become empty go."""
        from dulwich.objects import Tree

        new: Any = Tree()
        for name, mode, sha in tree.iteritems() if tree is not None else ():
            new.add(name, mode, sha)
        inner: dict[bytes, dict[bytes, bytes | None]] = {}
        for path, sha in changes.items():
            first, _, rest = path.partition(b"/")
            if rest:
                inner.setdefault(first, {})[rest] = sha
            elif sha is not None:
                new.add(first, 0o100644, sha)
            elif first in new:
                del new[first]
        for first, below in inner.items():
            old = self.objects[new[first][1]] if first in new and new[first][0] == _FOLDER else None
            sha = self._tree(old, below)
            if len(self.objects[sha]):
                new.add(first, _FOLDER, sha)
            elif first in new:
                del new[first]
        self._put(new)
        return new.id  # type: ignore[no-any-return]

    def _stage(self, blobs: Mapping[bytes, Any]) -> None:
        """Keep the index in step for these paths, so that git shows them as unchanged; other entries stay."""
        from dulwich.index import Index, index_entry_from_stat, write_index_dict
        from dulwich.pack import SHA1Writer

        staged = {path: None if blob is None else blob.id for path, blob in blobs.items()}
        if not (self.folder / "index").exists():  # new, or a crash came between the first commit and its index
            staged = {**self.files(self.head(), b""), **staged}
        try:
            index: Any = Index(str(self.folder / "index"))
        except Exception:
            return  # a damaged index is git's own matter; the history does not need it
        for path, sha in staged.items():
            target = self.folder.parent / os.fsdecode(path)
            if sha is None or not target.is_file():
                index._byname.pop(path, None)
            else:
                index[path] = index_entry_from_stat(target.stat(), sha)
        if not (self.folder / "index.lock").exists():  # else somebody is working: what git shows is theirs to refresh
            stream = io.BytesIO()
            writer = SHA1Writer(stream)
            write_index_dict(writer, index._byname, version=index._version)
            stream.write(writer.sha1.digest())
            write_atomic(self.folder / "index", stream.getvalue())

    def _refuse_strange(self, folder: Path) -> None:
        """Links, work trees and other formats: their history is not ours to write."""
        strange = folder.is_symlink() or not folder.is_dir()
        strange = strange or any(
            (folder / name).is_symlink() for name in ("objects", "refs", "refs/heads", "HEAD", "index", "config")
        )
        strange = strange or (folder / "commondir").exists() or (folder / "objects/info/alternates").exists()
        if not strange:
            text = _head_of(folder / "config").lower().replace(b" ", b"").replace(b"\t", b"")
            strange = any(word in text for word in (b"objectformat=sha256", b"refstorage=reftable", b"worktree="))
        if strange:
            advice = str(say("Make a plain repository of its own, or remove .git: the files themselves are unharmed."))
            text_ = str(say("The history (.git) is of a kind that Ninefold does not write."))
            raise InputError("strange-git", text_, place=Place(str(folder)), advice=advice)


def _appear(temporary: Path, lock: Path, content: bytes) -> None:
    """The lock appears with its content, never empty; where links are unknown (FAT) it is made and then filled."""
    try:
        os.link(temporary, lock)
    except FileExistsError:
        raise
    except OSError:
        with lock.open("xb") as stream:
            stream.write(content)


def _busy(path: Path, text: Message) -> InputError:
    advice = str(
        say(
            "The files are safe. If no git is running, delete {file}; the next change finishes this one.",
            file=path.name,
        )
    )
    return InputError("git-busy", str(text), place=Place(str(path)), advice=advice)


def _head_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD_LIMIT * 16)
    except OSError:
        return b""


def _person(author: str) -> bytes:
    """``Name <address>`` as git wants it; characters that would break a commit are dropped."""
    text = "".join(char for char in author if char.isprintable()).strip() or "Ninefold"
    if "<" not in text:
        text += " <>"
    return text.encode()
