"""The servers of the fixtures start, serve and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

from tests.broker import Broker, broker_server
from tests.child import Child, DidNotStart
from tests.postgres import Postgres, postgres_server


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _until(true: Callable[[], bool], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _query(url: str, statement: str) -> list[tuple[object, ...]]:
    dsn = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_postgres_ends_with_the_block() -> None:
    with postgres_server() as server:
        assert _query(server.url("postgres"), "SELECT 1 + 1") == [(2,)]
        pid, folder = server.child.pid, server.child.log.parent

    assert not _alive(pid)
    assert not folder.exists()


def test_each_postgres_database_is_fresh(postgres: Postgres) -> None:
    with postgres.database() as first, postgres.database() as second:
        _query(first, "CREATE TABLE only_here (id int)")

        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        assert _query(first, tables) == [("only_here",)]
        assert _query(second, tables) == []


def test_a_copy_of_a_postgres_database(postgres: Postgres) -> None:
    with postgres.database() as original:
        _query(original, "CREATE TABLE kept AS SELECT 7 AS number")

        with postgres.database(template=original.rpartition("/")[2]) as copy:
            assert _query(copy, "SELECT number FROM kept") == [(7,)]


def test_broker_carries_a_record(broker: Broker) -> None:
    topic = f"fixtures-{uuid.uuid4()}"
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    producer.produce(topic, key=b"key", value=b"value")
    assert producer.flush(10) == 0

    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "group.id": topic,
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    try:
        record = consumer.poll(20)
        assert record is not None
        assert (record.error(), record.key(), record.value()) == (
            None,
            b"key",
            b"value",
        )
    finally:
        consumer.close()


def test_a_killed_broker_restarts_on_its_port(own_broker: Broker) -> None:
    bootstrap, pid = own_broker.bootstrap, own_broker.child.pid

    own_broker.kill()
    assert not _alive(pid)
    own_broker.start()

    assert own_broker.bootstrap == bootstrap
    metadata = AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=10)
    assert len(metadata.brokers) == 1


def test_broker_ends_with_the_block(tmp_path: Path) -> None:
    with broker_server(tmp_path) as server:
        pid = server.child.pid

    assert not _alive(pid)


def test_a_child_that_ends_at_once_shows_its_log(tmp_path: Path) -> None:
    child = Child(
        [sys.executable, "-c", "raise SystemExit('no such folder')"],
        log=tmp_path / "log",
    )

    with pytest.raises(DidNotStart, match="ended with 1\nno such folder"):
        child.wait_for(lambda: None)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; "
            "from tests.child import Child; "
            "child = Child(['/bin/sleep', '600'], log=Path(sys.argv[1])); "
            "print(child.pid, flush=True); time.sleep(600)",
            tmp_path / "log",
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    # Only once it is /bin/sleep has it asked to be told of its parent's death.
    _until(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n")

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    _until(lambda: not _alive(pid) or _zombie(pid))


def _zombie(pid: int) -> bool:
    # Where nothing reaps orphans (a container without an init), it stays as one.
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()
