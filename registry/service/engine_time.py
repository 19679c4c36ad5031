"""The CPU time that the engine takes, told to whoever counts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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

    def of(self, type: str, work: Work) -> _Measured:
        """Measure what is done within, also when it fails; ``type`` is a format's."""
        return _Measured(self, type, work)


@dataclass(slots=True)
class _Measured:
    """A ``with`` block whose CPU time is told at its end."""

    engine_time: EngineTime
    format: str
    work: Work
    started: float = 0.0

    def __enter__(self) -> None:
        self.started = thread_time()

    def __exit__(self, *_error: object) -> None:
        self.engine_time.tell(self.format, self.work, thread_time() - self.started)


def _nobody(_type: str, _work: Work, _seconds: float) -> None:
    pass
