"""The CPU time that the engine takes, told to whoever counts it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import thread_time
from typing import Literal, TypeAlias

__all__ = ["EngineTime", "Work"]

Work: TypeAlias = Literal["parse", "check"]
"""Reading a client's schema, and comparing it with versions."""


class EngineTime:
    """Measures work of the engine by the CPU time of the thread that does it.

    Waiting for other threads or for the database is not counted, so the sum is
    what the engine costs however busy the server is. ``tell`` is given the
    format, the work and seconds; by itself it does nothing.
    """

    def __init__(self) -> None:
        self.tell: Callable[[str, Work, float], None] = _nobody

    @contextmanager
    def of(self, type: str, work: Work) -> Iterator[None]:
        """Measure what is done within, also when it fails; ``type`` is a format's."""
        started = thread_time()
        try:
            yield
        finally:
            self.tell(type, work, thread_time() - started)


def _nobody(_type: str, _work: Work, _seconds: float) -> None:
    pass
