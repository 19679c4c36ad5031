"""A server process that a test started: its log, its end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

__all__ = ["Child", "DidNotStart"]

T = TypeVar("T")
_LAUNCH = Path(__file__).with_name("launch.py")


class DidNotStart(Exception):
    """A server did not become ready; the message ends with its log."""


class Child:
    """A started program, in a process group of its own.

    ``command[0]`` is an absolute path. Output of both kinds is appended to ``log``.
    ``user`` is the account it runs as when the tests run as root. ``ends_by`` is the
    signal that asks it to end in good order.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str = "",
        ends_by: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.log = log
        self._ends_by = ends_by
        launch = [sys.executable, "-I", "-S", _LAUNCH, str(int(ends_by)), user]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*launch, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id; also the id of its process group."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process has not ended yet."""
        return self._process.poll() is None

    def output(self) -> str:
        """Return what it wrote so far, of both kinds."""
        return self.log.read_text(errors="replace")

    def wait_for(self, ready: Callable[[], T | None], *, seconds: float = 30) -> T:
        """Return the first answer of ``ready`` that is not None, or `DidNotStart`."""
        deadline = time.monotonic() + seconds
        while (answer := ready()) is None:
            if not self.running:
                raise DidNotStart(
                    f"ended with {self._process.returncode}\n{self.output()}"
                )
            if time.monotonic() > deadline:
                raise DidNotStart(f"not ready after {seconds} s\n{self.output()}")
            time.sleep(0.02)
        return answer

    def wait(self, *, seconds: float = 30) -> int:
        """Return its exit code once it has ended."""
        return self._process.wait(seconds)

    def stop(self, *, seconds: float = 20) -> int:
        """End it in good order, then by force; return its exit code."""
        if self.running:
            self._process.send_signal(self._ends_by)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        return self.kill()

    def kill(self) -> int:
        """End it and its process group as a power cut would; return its exit code."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait(10)
