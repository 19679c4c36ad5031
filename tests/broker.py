"""A real Kafka-protocol broker for the tests: noida-db, one binary, no JVM."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.child import Child

__all__ = ["Broker", "broker_server"]


class Broker:
    """A broker on 127.0.0.1 whose data lives in ``folder``.

    It makes a topic (of one partition) when a client first names it. Limits: no log
    compaction, no KIP-848 groups, and records with an old timestamp vanish at once.
    Its snapshot reaches the disk within about two seconds: a killed broker may lose
    what it acknowledged just before.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = 0
        self.start()

    @property
    def bootstrap(self) -> str:
        """The ``bootstrap.servers`` for a client; the same after a restart."""
        return f"127.0.0.1:{self._port}"

    @property
    def child(self) -> Child:
        """Its process."""
        return self._child

    def start(self) -> None:
        """Start it, on the port it had before if it had one."""
        self._child = Child(
            [
                _binary(),
                *("start", "--only", "kafka", "--kafka-port", str(self._port)),
                *("--data-dir", self._folder / "data"),
            ],
            log=self._folder / f"broker-{self._port}.log",
            cwd=self._folder,
        )
        try:
            self._port = self._child.wait_for(self._printed_port)
        except BaseException:
            self._child.kill()
            raise

    def stop(self) -> None:
        """End it in good order; its data stays for `start`."""
        self._child.stop()

    def kill(self) -> None:
        """End it as a power cut would; its data stays for `start`."""
        self._child.kill()

    def _printed_port(self) -> int | None:
        found = re.search(r"kafka\s+127\.0\.0\.1:(\d+)", self._child.output())
        return int(found[1]) if found else None


@contextlib.contextmanager
def broker_server(folder: Path) -> Iterator[Broker]:
    """Start a broker with its data in ``folder``; stop it at the end."""
    broker = Broker(folder)
    try:
        yield broker
    finally:
        broker.stop()


def _binary() -> Path:
    """Return the broker's program.

    The package's own command starts it as a grandchild, whose pid a test could not
    know.
    """
    spec = find_spec("noida_db")
    assert spec is not None, "pip install noida-db"
    assert spec.submodule_search_locations is not None
    binary = Path(spec.submodule_search_locations[0]) / "noida-db"
    if not binary.stat().st_mode & 0o100:
        binary.chmod(0o755)
    return binary
