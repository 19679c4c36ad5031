"""The registry is away: what goes on working, and what says why it cannot."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from registry.client import (
    AsyncRegistryClient,
    BadAnswer,
    ClientConfig,
    NotAllowed,
    RegistryClient,
    RegistryUnavailable,
    Schema,
)
from registry.client._disk import DiskCache
from registry.client.serdes import AvroDeserializer, AvroSerializer
from tests.client.conftest import ORDER, ORDER_WITH_NOTE
from tests.running import Dovetail, running

QUICK = {"retries.wait.ms": 10}


@pytest.fixture
def stoppable(tmp_path: Path) -> Iterator[Dovetail]:
    folder = tmp_path / "server"
    folder.mkdir()
    with running(f"sqlite:///{folder}/x.db", folder, workers=1) as server:
        yield server


def test_a_warm_producer_and_a_restarted_consumer_go_on_without_the_registry(
    stoppable: Dovetail, tmp_path: Path
) -> None:
    settings = {
        "url": stoppable.url,
        "cache.directory": tmp_path / "cache",
        "cache.latest.ttl.sec": 0.01,
        **QUICK,
    }
    producing = RegistryClient(settings)
    own = AvroSerializer(producing, ORDER)
    latest = AvroSerializer(producing, settings={"use.latest.version": True})
    payload = own.serialize({"id": "1"}, "t")
    latest.serialize({"id": "1"}, "t")
    first = RegistryClient(settings)
    assert AvroDeserializer(first).deserialize(payload, "t") == {"id": "1"}

    stoppable.stop()
    time.sleep(0.05)
    assert own.serialize({"id": "2"}, "t") == payload[:-1] + b"2"
    assert latest.serialize({"id": "2"}, "t") == payload[:-1] + b"2"
    restarted = RegistryClient(settings)
    assert AvroDeserializer(restarted).deserialize(payload, "t") == {"id": "1"}
    start = time.monotonic()
    with pytest.raises(RegistryUnavailable, match=stoppable.url) as cold:
        AvroSerializer(restarted, ORDER).serialize({"id": "1"}, "t")
    assert time.monotonic() - start < 2
    assert "refused" in str(cold.value)
    for each in (producing, first, restarted):
        each.close()


def test_the_next_address_answers_when_the_first_does_not(
    dovetail: Dovetail, topic: str
) -> None:
    settings = {"url": f"http://127.0.0.1:9,{dovetail.url}"}
    with RegistryClient(settings) as client:
        start = time.monotonic()
        assert client.register(topic, Schema(ORDER)).version == 1
        assert time.monotonic() - start < 2


class Answers(httpx2.BaseTransport):
    """A network that gives the answers of a function, and counts requests.

    Stands for proxies and failing servers; the registry itself is never one.
    """

    def __init__(self, answer: Callable[[int], httpx2.Response]) -> None:
        self.count: Counter[str] = Counter()
        self.seen: list[httpx2.Request] = []
        self._answer = answer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.count[request.url.host] += 1
        self.seen.append(request)
        return self._answer(len(self.seen))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    def answer(at: int) -> httpx2.Response:
        if at < 3:
            return httpx2.Response(status, headers={"Retry-After": "0"})
        return httpx2.Response(200, json=["s"])

    network = Answers(answer)
    with RegistryClient({"url": "http://r", **QUICK}, transport=network) as client:
        assert client.list_subjects() == ["s"]
    assert network.count == {"r": 3}


def test_retries_end(caplog: pytest.LogCaptureFixture) -> None:
    network = Answers(lambda _: httpx2.Response(503))
    settings = {"url": "http://a,http://b", "max.retries": 2, **QUICK}
    with (
        RegistryClient(settings, transport=network) as client,
        pytest.raises(RegistryUnavailable, match="HTTP 503"),
    ):
        client.list_subjects()
    assert network.count == {"a": 3, "b": 3}


def test_an_answer_of_something_else_is_said_to_be_one() -> None:
    network = Answers(lambda _: httpx2.Response(200, text="<html>Welcome</html>"))
    with (
        RegistryClient("http://r", transport=network) as client,
        pytest.raises(BadAnswer, match="is this the registry's address"),
    ):
        client.list_subjects()


def test_refused_credentials_have_their_own_error() -> None:
    body = {"error_code": 40301, "message": "no"}
    network = Answers(lambda _: httpx2.Response(403, json=body))
    with (
        RegistryClient("http://r", transport=network) as client,
        pytest.raises(NotAllowed, match="code 40301"),
    ):
        client.register("s", Schema(ORDER))


@pytest.mark.parametrize(
    ("settings", "header"),
    [
        ({"url": "http://user:p%40ss@r"}, "Basic dXNlcjpwQHNz"),
        ({"url": "http://r", "basic.auth.user.info": "a:b"}, "Basic YTpi"),
        (
            {
                "url": "http://r",
                "bearer.auth.credentials.source": "STATIC_TOKEN",
                "bearer.auth.token": "t0k",
            },
            "Bearer t0k",
        ),
        (
            {
                "url": "http://r",
                "bearer.auth.credentials.source": "CUSTOM",
                "bearer.auth.custom.provider.function": lambda _: {
                    "bearer.auth.token": "made"
                },
            },
            "Bearer made",
        ),
    ],
)
def test_credentials_are_sent_and_never_shown(
    settings: dict[str, Any], header: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    network = Answers(lambda _: httpx2.Response(200, json=[]))
    with RegistryClient(settings, transport=network) as client:
        client.list_subjects()
        shown = repr(client.config) + caplog.text
    assert network.seen[0].headers["Authorization"] == header
    for secret in ("p@ss", "p%40ss", "a:b", "t0k", "YTpi", "dXNlcjpwQHNz"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "url is missing"),
        ("ftp://r", "not an http"),
        ({"url": "http://r", "time.out": 3}, "did you mean timeout"),
        ({"url": "http://r", "timeout": "soon"}, "timeout cannot be 'soon'"),
        ({"url": "http://r", "timeout": "nan"}, "timeout cannot be 'nan'"),
        ({"url": "http://r", "max.retries": -1}, r"max\.retries cannot be -1"),
        ("http://r:port", "'http://r:port' is not an http"),
        ("http://[::1", r"'http://\[::1' is not an http"),
        ({"url": "http://r", "cache.directory": __file__}, r"cache\.directory cannot"),
        ({"url": "http://r", "bearer.auth.credentials.source": "AWS"}, "CUSTOM"),
        ({"url": "http://r", "ssl.ca.location": "/nope.pem"}, r"ssl\.ca\.location"),
    ],
)
def test_wrong_settings_are_named(settings: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        RegistryClient(settings)


def test_threads_that_ask_the_same_share_one_request() -> None:
    barrier = threading.Barrier(8)

    def answer(_: int) -> httpx2.Response:
        time.sleep(0.2)
        return httpx2.Response(200, json={"schema": '"string"'})

    network = Answers(answer)
    with RegistryClient("http://r", transport=network) as client:

        def ask(_: int) -> str:
            barrier.wait()
            return client.get_schema(1).schema.text

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(ask, range(8))) == {'"string"'}
    assert network.count == {"r": 1}


def test_tasks_that_ask_the_same_share_one_request() -> None:
    class Slow(httpx2.AsyncBaseTransport):
        count = 0

        async def handle_async_request(self, _: httpx2.Request) -> httpx2.Response:
            self.count += 1
            await asyncio.sleep(0.1)
            return httpx2.Response(200, json={"schema": '"string"'})

    async def use() -> int:
        network = Slow()
        async with AsyncRegistryClient("http://r", transport=network) as client:
            tasks = [asyncio.ensure_future(client.get_schema(1)) for _ in range(8)]
            await asyncio.sleep(0.05)
            tasks[0].cancel()  # its going away must not take the answer along
            done = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(done[0], asyncio.CancelledError)
        assert {each.schema.text for each in done[1:]} == {'"string"'}  # type: ignore[union-attr]
        return network.count

    assert asyncio.run(use()) == 1


def test_the_latest_version_is_asked_for_again_after_its_time(
    dovetail: Dovetail, topic: str
) -> None:
    settings = {"url": dovetail.url, "cache.latest.ttl.sec": 0.2}
    with RegistryClient(settings) as client, RegistryClient(dovetail.url) as other:
        other.register(topic, Schema(ORDER))
        assert client.get_latest(topic).version == 1
        other.register(topic, Schema(ORDER_WITH_NOTE))
        assert client.get_latest(topic).version == 1
        time.sleep(0.3)
        assert client.get_latest(topic).version == 2


def test_the_latest_version_is_ones_own_after_it_was_registered(
    client: RegistryClient, topic: str
) -> None:
    marked = Schema(ORDER, metadata={"properties": {"major": topic}})
    client.register(topic, marked)
    assert client.get_latest(topic).version == 1
    assert client.get_latest_with_metadata(topic, {"major": topic}).version == 1
    client.register(topic, replace(marked, text=ORDER_WITH_NOTE))
    assert client.get_latest(topic).version == 2
    assert client.get_latest_with_metadata(topic, {"major": topic}).version == 2


def test_the_disk_cache_is_bounded_and_takes_no_broken_file(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, ["http://r"], 2_000)
    keys = [("GET", f"/schemas/ids/{at}", (), None) for at in range(30)]
    for key in keys:
        cache.put(key, {"schema": "x" * 200})
    files = list(tmp_path.glob("*.json"))
    assert sum(each.stat().st_size for each in files) <= 2_000
    assert cache.get(keys[-1]) == {"schema": "x" * 200}
    for each in files:
        each.write_bytes(b"[" * 50_000)
    assert cache.get(keys[-1]) is None
    assert DiskCache(tmp_path, ["http://other"], 2_000).get(keys[-1]) is None


def test_a_server_that_does_not_answer_is_given_up(topic: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {
            "url": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "timeout": 0.2,
            "max.retries": 1,
            **QUICK,
        }
        with (
            RegistryClient(settings) as client,
            pytest.raises(RegistryUnavailable, match="timed out"),
        ):
            client.list_subjects()


def test_a_config_may_be_given_as_it_is() -> None:
    config = ClientConfig.of("http://r/")
    assert config.urls == ("http://r",)
    with RegistryClient(config) as client:
        assert client.config is config
