"""Values that a reader of another kind loses, each shown by a datum."""

from __future__ import annotations

import pytest

from compat.budget import Budget
from compat.formats.protobuf import FORMAT
from compat.verdict import Finding

HEAD = 'syntax = "proto3"; message Order {'


@pytest.mark.parametrize(
    ("rule", "writer", "reader", "value", "outcome"),
    [
        (
            "PROTO_ONEOF_FIELD_REMOVED",
            "oneof pay { string card = 1; string cash = 2; }",
            "oneof pay { string card = 1; }",
            {"cash": "a"},
            "the reader finds no member of the oneof pay: it skips cash",
        ),
        (
            "PROTO_ONEOF_FIELD_REMOVED",
            "oneof pay { string cash = 2; }",
            "oneof pay { string cash = 3; }",
            {"cash": "a"},
            "the reader finds no member of the oneof pay: it skips cash",
        ),
        (
            "PROTO_FIELD_KIND_CHANGED",
            "map<int32, int32> counts = 1;",
            "int64 counts = 1;",
            {"counts": {"2": 2}},
            "the reader takes counts for 0, not 2: 2",
        ),
        (
            "PROTO_FIELD_KIND_CHANGED",
            "map<int32, int32> counts = 1;",
            "repeated int64 counts = 1;",
            {"counts": {"2": 2}},
            "the reader takes counts for 8, not 2: 2",
        ),
        (
            "PROTO_FIELD_KIND_CHANGED",
            "map<string, string> labels = 1;",
            "bytes labels = 1;",
            {"labels": {"a": "a", "b": "a"}},
            "the reader finds 1 of the 2 values of labels",
        ),
        (
            "PROTO_FIELD_KIND_CHANGED",
            "Item item = 1; message Item { int32 count = 1; }",
            "string item = 1; message Item { int32 count = 1; }",
            {"item": {"count": 200}},
            "the reader refuses the message: String field had bad UTF-8",
        ),
        (
            "PROTO_FIELD_RENUMBERED",
            "repeated Size size = 3; enum Size { SMALL = 0; LARGE = 1; }",
            "int64 size = 7; enum Size { SMALL = 0; LARGE = 1; }",
            {"size": ["LARGE"]},
            "the reader takes size for 0, not 1",
        ),
    ],
)
def test_loss_has_a_witness(
    rule: str, writer: str, reader: str, value: object, outcome: str
) -> None:
    witness = _finding(rule, writer, reader).witness

    assert witness is not None
    assert (witness.value, witness.outcome) == (value, outcome)


@pytest.mark.parametrize(
    ("rule", "writer", "reader"),
    [
        # The specification makes a map the same on the wire as such a list.
        (
            "PROTO_FIELD_KIND_CHANGED",
            "map<string, int32> counts = 1;",
            "repeated Count counts = 1; message Count { string key = 1; int32 n = 2; }",
        ),
        # The reader's oneof of that name is gone, so it chooses among nothing.
        (
            "PROTO_ONEOF_FIELD_REMOVED",
            "oneof pay { string card = 1; string cash = 2; }",
            "string card = 1;",
        ),
    ],
)
def test_no_datum_shows_it(rule: str, writer: str, reader: str) -> None:
    assert _finding(rule, writer, reader).witness is None


def _finding(rule: str, writer: str, reader: str) -> Finding:
    new, old = (FORMAT.parse(f"{HEAD} {each} }}") for each in (reader, writer))
    [found] = [
        each
        for each in FORMAT.can_read(new, old, Budget()).findings
        if each.rule == rule
    ]
    return found
