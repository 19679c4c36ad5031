"""A running Dovetail for the tests: the real command, real processes."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.child import Child, DidNotStart
from tests.failure.processes import children
from tests.ports import free_port

__all__ = ["Dovetail", "running"]

_ROOT = Path(__file__).parent.parent
_COMMAND = [sys.executable, "-m", "registry.cli", "serve"]


class Dovetail:
    """``dovetail serve`` on a port of 127.0.0.1, with its settings."""

    def __init__(
        self, folder: Path, settings: Mapping[str, str], before: Sequence[str] = ()
    ) -> None:
        self._command = [*_absolute(before), *_COMMAND]
        self._folder = folder
        self._settings = settings
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        """Its base URL, without a slash at the end; the same after a restart."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The process id of gunicorn's arbiter, the parent of the workers."""
        return self._child.pid

    @property
    def child(self) -> Child:
        """Its process."""
        return self._child

    def start(self, *, attempts: int = 3) -> None:
        """Start it, on the port it had before if it had one."""
        port = self._port or free_port()
        self._child = Child(
            self._command,
            log=self._folder / "dovetail.log",
            env=_environment()
            | self._settings
            | {"DOVETAIL_LISTEN": f"127.0.0.1:{port}"},
            cwd=self._folder,
        )
        try:
            self._child.wait_for(lambda: _ready(port))
            # The first may answer before the others are forked.
            self._child.wait_for(self._all_forked)
        except DidNotStart as error:
            self._child.kill()
            # Somebody else took the port in between.
            if "in use" not in str(error) or attempts == 1:
                raise
            return self.start(attempts=attempts - 1)
        except BaseException:
            self._child.kill()
            raise
        self._port = port

    def _all_forked(self) -> bool | None:
        workers = int(self._settings["DOVETAIL_WORKERS"])
        return True if len(children(self.pid)) == workers else None

    def stop(self) -> int:
        """End it in good order (SIGTERM); return its exit code."""
        return self._child.stop()

    def kill(self) -> None:
        """End every process of it as a power cut would (SIGKILL)."""
        self._child.kill()

    def output(self) -> str:
        """Return its log so far."""
        return self._child.output()


@contextlib.contextmanager
def running(
    database_url: str,
    folder: Path,
    *,
    workers: int = 2,
    settings: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
) -> Iterator[Dovetail]:
    """Serve ``database_url`` until the end of the block; migrate it first.

    ``folder`` gets the log, and is the working folder. ``settings`` are more
    variables of the environment, ``DOVETAIL_...``. ``before`` is a program and its
    arguments that becomes the server at its end. When the block fails, the log is
    printed, which pytest shows beside the failure.
    """
    chosen = {
        "DOVETAIL_DATABASE_URL": database_url,
        "DOVETAIL_MIGRATE": "always",
        "DOVETAIL_WORKERS": str(workers),
        **(settings or {}),
    }
    dovetail = Dovetail(folder, chosen, before)
    try:
        yield dovetail
    except BaseException:
        print(f"--- log of {dovetail.url} ---\n{dovetail.output()}")  # noqa: T201
        raise
    finally:
        dovetail.stop()


def _absolute(command: Sequence[str]) -> list[str]:
    """Return the command with its program's whole path."""
    if not command:
        return []
    found = shutil.which(command[0])
    assert found is not None, command[0]
    return [found, *command[1:]]


def _environment() -> dict[str, str]:
    """Return our environment without the settings that a developer may have set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DOVETAIL_", "SCHEMA_REGISTRY_", "PYTEST_", "COV_"))
    }
    scripts = str(Path(sys.executable).parent)
    kept["PATH"] = os.pathsep.join([scripts, kept.get("PATH", os.defpath)])
    kept["PYTHONPATH"] = str(_ROOT)
    return kept


def _ready(port: int) -> bool | None:
    """Return True once it says that it is ready, None before."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/health/ready", timeout=5
        ) as answer:
            return True if answer.status == 200 else None
    except urllib.error.HTTPError as error:
        error.close()
        return None
    except OSError:
        return None
