"""Where heavy work runs: here, in processes of this machine, or on a cluster. An existing engine, none of our own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from ninefold.base.errors import MissingComponentError
from ninefold.base.i18n import messages

say = messages("base")
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


class Serial(Executor):
    """Runs every call at once in this process: for small work and for tests."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that is already done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def executor(address: str = "", workers: int = 0) -> Iterator[Executor]:
    """An executor for the block.

    ``address``: "" for a pool of processes, ``serial`` for none, else the address of a Dask scheduler
    (``tcp://host:8786``). ``workers`` 0: one per core, at most 8.
    """
    if address == "serial" or (not address and workers == 1):
        with Serial() as here:
            yield here
    elif address:
        with _dask(address) as cluster:
            yield cluster
    else:
        import multiprocessing

        count = workers or min(os.cpu_count() or 1, 8)
        # spawn: forked children would inherit threads and locks of the libraries in use
        with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        advice = str(say("Install it with: pip install distributed"))
        raise MissingComponentError("dask", str(say("Dask is not installed.")), advice=advice) from error
    client: Any
    try:
        client = Client(address, timeout=10)
    except (OSError, TimeoutError, ValueError) as error:
        text = str(say("The cluster at {address} does not answer.", address=address))
        raise MissingComponentError("dask", text) from error
    try:
        yield client.get_executor()
    finally:
        client.close()


def in_order(pool: Executor, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """``work`` on every item, results in the order of the items whatever the order of finishing."""
    futures = [pool.submit(work, item) for item in items]
    for future in futures:
        yield future.result()
