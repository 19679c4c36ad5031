"""Places in JSON texts."""

from __future__ import annotations

import pytest

from compat.spans import Spans, pointer
from compat.verdict import Location

TEXT = """{
  "a": [1, {"b/c": "x\\"y"}],
  "a~": true
}"""


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("", Location(1, 1)),
        ("/a", Location(2, 8)),
        ("/a/0", Location(2, 9)),
        ("/a/1/b~1c", Location(2, 20)),
        ("/a~0", Location(3, 9)),
        ("/missing", None),
    ],
)
def test_value(where: str, place: Location | None) -> None:
    assert Spans(TEXT).find(where) == place


def test_nearest_of_a_missing_value_is_its_parent() -> None:
    assert Spans(TEXT).nearest("/a/1/none/0") == Location(2, 12)


def test_few_values_have_the_places_of_the_index() -> None:
    text = """ [{"a" : [ ], "b/~": {"": [1, {}]}, "\\u00e9": "\\"}", "t": [true , 1e3]
    }, {"x": 1, "y": {"z": 1}, "x": {"w": [0]}, "y": 2}, "last"] """
    index = Spans(text)
    for _ in range(10):
        index.find("/none")

    known = ["", "/0/a", "/0/b~1~0", "/0/b~1~0/", "/0/b~1~0//1", "/0/é", "/0/t/1"]
    known += ["/1", "/1/x", "/1/x/w/0", "/1/y", "/1/y/z", "/2", "/2/x", "/0/t/2", "/x"]
    assert [Spans(text).find(e) for e in known] == [index.find(e) for e in known]


@pytest.mark.parametrize(
    "text", ['{"a": 1 "b": 2}', "{1: 2}", '{"a" 1}', "[1", "", "  "]
)
def test_faulty_text_has_the_places_of_the_index(text: str) -> None:
    index = Spans(text)
    for _ in range(10):
        index.find("/none")

    for each in ("", "/a", "/b", "/0", "/1"):
        assert Spans(text).find(each) == index.find(each)


def test_duplicate_member() -> None:
    assert Spans('{"a": {"x": 1, "x": 2}, "b": {"x": 3}}').duplicate() == "/a/x"
    assert Spans(TEXT).duplicate() is None


def test_text_that_ends_early() -> None:
    assert Spans('{"a": [1, ').find("/a/0") == Location(1, 8)


def test_deep_text_is_indexed_down_to_a_bound() -> None:
    deep = Spans("[" * 100_000)

    assert deep.find("/0" * 999) == Location(1, 1000)
    assert deep.find("/0" * 5_000) is None


def test_pointer_escapes_keys() -> None:
    assert pointer("a/b", 0, "c~") == "/a~1b/0/c~0"


def test_member_that_is_written_once_or_twice() -> None:
    text = '{"p": {"a": 1, "b": [{"a": 2}], "c": 3, "c": 4, ",": {"d": 5}, "e": "d"}}'
    index = Spans(text)
    for _ in range(10):
        index.find("/none")

    known = ["/p/a", "/p/b/0/a", "/p/c", "/p/,", "/p/,/d", "/p/e", "/p/d", "/d"]
    assert [Spans(text).find(e) for e in known] == [index.find(e) for e in known]
    assert index.find("/p/c") == Location(1, 46)
