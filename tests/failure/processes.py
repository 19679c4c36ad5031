"""The processes of a server: which they are, and how to stop them for a while."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

__all__ = ["children", "frozen"]


def children(pid: int) -> list[int]:
    """Return the process ids of the children of ``pid``, in order."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return sorted(int(each) for path in listed for each in path.read_text().split())


@contextlib.contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Let ``pid`` and its children stand still: they hold their sockets, mute."""
    stopped = []
    try:
        # The parent first, so that no more are born.
        os.kill(pid, signal.SIGSTOP)
        stopped.append(pid)
        for each in children(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGSTOP)
                stopped.append(each)
        yield
    finally:
        for each in stopped[::-1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGCONT)
