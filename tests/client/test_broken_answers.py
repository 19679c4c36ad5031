"""Answers and kept files that no registry gave: one documented error, or none."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from registry.client import (
    BadAnswer,
    ClientError,
    RegistryClient,
    RegistryError,
    RegistryUnavailable,
)
from registry.client.serdes import AvroDeserializer, AvroSerializer
from tests.client.test_offline import QUICK, Answers

TEXT = {"schema": '"string"'}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"schema": None},
        {"schema": 5},
        {"schema": '"string"', "id": "x"},
        {"schema": '"string"', "id": 2**32},
        {"schema": '"string"', "id": -1},
        {"schema": '"string"', "id": 1, "guid": "none"},
        {"schema": '"string"', "id": 1, "ruleSet": 5},
        {"schema": '"string"', "id": 1, "ruleSet": {"domainRules": [5]}},
        {"schema": '"string"', "id": 1, "metadata": []},
        {"schema": '"string"', "references": 5},
    ],
)
def test_an_answer_that_holds_no_schema_is_no_answer(body: dict[str, Any]) -> None:
    network = Answers(lambda _: httpx2.Response(200, json=body))
    with RegistryClient("http://r", transport=network) as client:
        # The lookup's answer is completed by what was asked, the version's is not.
        for ask in (
            lambda: AvroSerializer(client, '"string"').serialize("x", "t"),
            lambda: client.get_latest("s"),
        ):
            with pytest.raises(ClientError):
                ask()
        with pytest.raises(BadAnswer, match="unexpected answer"):
            client.get_latest("s")


def test_an_answer_that_cannot_be_unpacked_is_tried_elsewhere() -> None:
    def answer(at: int) -> httpx2.Response:
        if at == 1:
            packed = {"Content-Encoding": "gzip"}
            return httpx2.Response(200, headers=packed, stream=Bytes(b"no gzip"))
        return httpx2.Response(200, json=["s"])

    network = Answers(answer)
    settings = {"url": "http://a,http://b", **QUICK}
    with RegistryClient(settings, transport=network) as client:
        assert client.list_subjects() == ["s"]
    assert network.count == {"a": 1, "b": 1}


class Bytes(httpx2.SyncByteStream):
    """A body that is still to be read, as from a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Any:
        yield self._content


@pytest.mark.parametrize("asked", ["\xb2", "-1", "soon", ""])
def test_a_pause_that_is_no_number_is_not_kept(asked: str) -> None:
    headers = [(b"Retry-After", asked.encode("latin-1"))]
    network = Answers(lambda _: httpx2.Response(503, headers=headers))
    settings = {"url": "http://r", "max.retries": 1, **QUICK}
    with (
        RegistryClient(settings, transport=network) as client,
        pytest.raises(RegistryUnavailable, match="HTTP 503"),
    ):
        client.list_subjects()


@pytest.mark.parametrize("status", [401, 403, 422, 500])
def test_a_refused_question_about_associations_names_no_subject(status: int) -> None:
    def answer(_: int) -> httpx2.Response:
        return httpx2.Response(status, json={"error_code": status, "message": "no"})

    network = Answers(answer)
    settings = {"url": "http://r", "max.retries": 0}
    with RegistryClient(settings, transport=network) as client:
        associated = {"subject.name.strategy.type": "ASSOCIATED"}
        with pytest.raises(RegistryError):
            AvroSerializer(client, '"string"', associated).serialize("x", "t")
    assert {each.url.path for each in network.seen} == {"/associations/resources/-/t"}


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_registry_without_associations_has_the_topics_subjects(status: int) -> None:
    def answer(at: int) -> httpx2.Response:
        if at == 1:
            return httpx2.Response(status, text="<html>")
        return httpx2.Response(200, json={"id": 1, "version": 1})

    network = Answers(answer)
    with RegistryClient("http://r", transport=network) as client:
        associated = {"subject.name.strategy.type": "ASSOCIATED"}
        payload = AvroSerializer(client, '"string"', associated).serialize("x", "t")
    assert payload == b"\x00\x00\x00\x00\x01\x02x"
    assert network.seen[1].url.path == "/subjects/t-value"


def _whole(kept: dict[str, Any], answer: Any) -> bytes:
    return json.dumps({**kept, "answer": answer}).encode()


@pytest.mark.parametrize(
    "broken",
    [
        lambda kept: _whole(kept, 5),
        lambda kept: _whole(kept, []),
        lambda kept: _whole(kept, {}),
        lambda kept: _whole(kept, {**TEXT, "references": 5}),
        lambda kept: _whole(kept, TEXT)[:-9],
        lambda kept: bytes(len(_whole(kept, TEXT))),
    ],
)
def test_a_broken_file_of_the_cache_is_asked_for_again(
    tmp_path: Path, broken: Callable[[dict[str, Any]], bytes]
) -> None:
    network = Answers(lambda _: httpx2.Response(200, json=TEXT))
    settings = {"url": "http://r", "cache.directory": tmp_path}

    def read() -> Any:
        with RegistryClient(settings, transport=network) as client:
            return AvroDeserializer(client).deserialize(b"\0\0\0\0\1\x02x", "t")

    assert (read(), read(), len(network.seen)) == ("x", "x", 1)
    (file,) = tmp_path.glob("*.json")
    file.write_bytes(broken(json.loads(file.read_bytes())))
    assert (read(), read(), len(network.seen)) == ("x", "x", 2)


def test_a_cache_that_may_only_be_read_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Answers(lambda _: httpx2.Response(200, json=TEXT))
    settings = {"url": "http://r", "cache.directory": tmp_path}
    with RegistryClient(settings, transport=network) as client:
        client.get_schema(1)

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError

    # As on a read-only mount, which tests have no right to make.
    monkeypatch.setattr(os, "utime", refused)
    with RegistryClient(settings, transport=network) as client:
        assert client.get_schema(1).schema.text == '"string"'
    assert len(network.seen) == 1


def test_an_interrupt_of_one_thread_is_not_one_of_those_that_wait_for_it() -> None:
    waiting = threading.Event()

    def answer(at: int) -> httpx2.Response:
        waiting.wait(5)
        if at == 1:
            raise KeyboardInterrupt
        return httpx2.Response(200, json=TEXT)

    network = Answers(answer)
    with (
        RegistryClient("http://r", transport=network) as client,
        ThreadPoolExecutor(4) as pool,
    ):
        asked = [pool.submit(client.get_schema, 1) for _ in range(4)]
        waiting.set()
        faults = [type(each.exception()) for each in asked]
    assert faults.count(KeyboardInterrupt) == 1
    assert faults.count(type(None)) == 3
