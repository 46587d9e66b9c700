"""Reading ahead: the next batches are made in a second thread while the network learns."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["read_ahead"]

_END = object()


def read_ahead(items: Iterable[Any], ahead: int = 2) -> Iterator[Any]:
    """Yield the items in their order; a thread fetches up to `ahead` of them in advance.

    An exception of `items` is raised where its item would have come. When the iteration ends, also
    early, the thread has ended as well.
    """
    fetched: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(ahead)
    left = threading.Event()

    def fetch() -> None:
        last: tuple[Any, BaseException | None] = (_END, None)
        try:
            for item in items:
                fetched.put((item, None))
                if left.is_set():
                    return
        except BaseException as error:  # whatever it is, it belongs to the caller
            last = (_END, error)
        fetched.put(last)

    thread = threading.Thread(target=fetch, name="minicnn-read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error = fetched.get()
            if error is not None:
                raise error
            if item is _END:
                return
            yield item
    finally:
        left.set()
        while thread.is_alive():  # it may wait for room
            try:
                fetched.get(timeout=0.01)
            except queue.Empty:
                continue
