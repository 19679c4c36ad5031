"""A history never hides a finding, and leaves few suspects where there is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compat import Direction, Level, check
from compat.formats.avro import FORMAT
from compat.formats.avro.history import AvroHistory
from compat.formats.avro.schema import AvroSchema
from tests.fuzz.avro_histories import differences, history_of, versions
from tests.fuzz.avro_schemas import Schemas


def record(*fields: Any, **others: Any) -> AvroSchema:
    return FORMAT.parse(
        json.dumps({"type": "record", "name": "A", "fields": list(fields), **others})
    )


def field(name: str, type: Any, **others: Any) -> dict[str, Any]:
    return {"name": name, "type": type, **others}


def suspects(direction: Direction, new: AvroSchema, *old: AvroSchema) -> list[int]:
    return sorted(history_of(old).suspects(new, direction))


BACKWARD, FORWARD = Direction.BACKWARD, Direction.FORWARD


@pytest.mark.parametrize("seed", range(6))
def test_reports_are_those_of_all_pairs(seed: int) -> None:
    schemas = Schemas(seed)
    innocent = 0
    for _ in range(60):
        *old, new = versions(schemas, 6)
        assert list(differences(old, new)) == []
        innocent += len(old) - len(history_of(old).suspects(new, BACKWARD))
    assert innocent > 20


def test_fields_that_come_and_go_with_defaults_leave_no_suspects() -> None:
    old = [
        record(*(field(f"f{n}", "string", default="") for n in range(first, first + 5)))
        for first in range(60)
    ]
    new = record(field("f63", "string", default=""))

    assert suspects(BACKWARD, new, *old) == []
    assert suspects(FORWARD, new, *old) == []


def test_a_type_widened_long_ago_leaves_no_suspects() -> None:
    old = [record(field("n", kind)) for kind in ("int", "int", "long", "long")]
    new = record(field("n", ["null", "long", "string"]))

    assert suspects(BACKWARD, new, *old) == []
    assert suspects(FORWARD, new, *old) == [0, 1, 2, 3]


def test_a_lossy_promotion_is_suspected_in_the_versions_that_had_the_type() -> None:
    old = [record(field("n", kind)) for kind in ("int", "long", "double")]

    assert suspects(BACKWARD, record(field("n", "double")), *old) == [1]


def test_another_logical_type_is_suspected_though_it_is_only_a_note() -> None:
    old = [record(field("n", "int")), record(field("n", _date()))]

    assert suspects(BACKWARD, record(field("n", _date())), *old) == [0]


def _date() -> dict[str, str]:
    return {"type": "int", "logicalType": "date"}


def test_only_the_versions_without_a_needed_field_are_suspects() -> None:
    old = [record(), record(field("n", "int")), record(field("n", "int"))]
    new = record(field("n", "int"))

    assert suspects(BACKWARD, new, *old) == [0]
    assert suspects(FORWARD, new, *old) == []


def test_a_version_that_needs_a_field_is_a_suspect_forward() -> None:
    old = [record(field("n", "int")), record(field("n", "int", default=0)), record()]

    assert suspects(FORWARD, record(), *old) == [0]


def test_a_renamed_field_is_found_by_its_alias() -> None:
    old = [record(field("a", "int")), record(field("b", "int", aliases=["a"]))]
    new = record(field("c", "int", aliases=["b", "a"]))

    assert suspects(BACKWARD, new, *old) == []
    assert suspects(FORWARD, new, *old) == [0, 1]
    assert suspects(FORWARD, record(field("a", "int")), *old) == []


def test_an_alias_of_a_field_that_lives_on_is_ambiguous() -> None:
    both = record(field("a", "int"), field("b", "int"))
    new = record(field("b", "int", aliases=["a"]))

    assert suspects(BACKWARD, new, both, record(field("a", "int"))) == [0]
    assert suspects(FORWARD, both, new, record(field("a", "int"))) == [0]


def test_two_fields_that_mean_the_same_one_are_ambiguous() -> None:
    claims = field("b", "int", aliases=["a"], default=0)
    new = record(field("a", "int", default=0), claims)

    assert suspects(BACKWARD, new, record(field("a", "int")), record()) == [0]


def test_a_renamed_record_is_followed_by_its_alias() -> None:
    old = [record(field("n", "int"))]
    new = record(field("n", "string"), name="B", aliases=["A"])
    same = record(field("n", "long"), name="B", aliases=["A"])

    assert suspects(BACKWARD, new, *old) == [0]
    assert suspects(BACKWARD, same, *old) == []
    assert suspects(FORWARD, same, *old) == [0]


def test_aliases_that_merge_branches_of_a_union_are_found() -> None:
    def union(**aliased: Any) -> Any:
        types = ({"name": "A"}, {"name": "C", **aliased})
        return [{"type": "record", "fields": [], **each} for each in types]

    plain = record(field("it", union()), name="R")
    aliased = record(field("it", union(aliases=["A"])), name="R")
    alone = record(name="R")
    more = record(field("it", union()), field("n", "int", default=0), name="R")
    both = record(
        field("it", union(aliases=["A"])), field("n", "int", default=0), name="R"
    )

    assert suspects(BACKWARD, both, plain, aliased, alone)[:2] == [0, 1]
    assert 1 in suspects(FORWARD, more, plain, aliased, alone)
    for new in (both, more):
        assert list(differences([plain, aliased, alone], new)) == []
    report = check(FORMAT, both, [(1, plain)], Level.BACKWARD)
    assert [each.rule for each in report.findings] == ["AVRO_UNION_BRANCHES_MERGED"]


def test_symbols_count_each_on_its_own() -> None:
    def enum(*symbols: str) -> AvroSchema:
        return FORMAT.parse(
            json.dumps({"type": "enum", "name": "E", "symbols": symbols})
        )

    old = [enum("P"), enum("P", "Q"), enum("P", "R")]

    assert suspects(BACKWARD, enum("P", "Q", "S"), *old) == [2]
    assert suspects(FORWARD, enum("P", "Q"), *old) == [0, 2]


def test_a_recursive_record_goes_with_its_own_versions() -> None:
    def tree(*more: Any) -> AvroSchema:
        return record(field("left", ["null", "A"]), *more)

    old = [tree(), tree(field("n", "int", default=0))]

    assert suspects(BACKWARD, tree(field("m", "int", default=0)), *old) == []
    assert suspects(BACKWARD, tree(field("n", "string", default="")), *old) == [1]


def test_a_question_too_large_suspects_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("compat.formats.avro.history.MAX_STEPS", 3)
    old = [record(*(field(f"f{n}", "int") for n in range(9)))] * 2

    assert suspects(BACKWARD, old[0], *old) == [0, 1]


def test_a_history_grows_by_the_version_added() -> None:
    history = AvroHistory()
    new = record(field("n", "int", default=0))
    for number in range(1, 4):
        history.extend(record())
        assert len(history) == number
    history.extend(record(field("n", "string")))

    assert history.suspects(new, BACKWARD) == {3}


def test_only_suspects_and_the_newest_are_read() -> None:
    class Old(list[Any]):
        read: list[int] = []  # noqa: RUF012

        def __getitem__(self, place: Any) -> Any:
            self.read.append(place)
            return super().__getitem__(place)

    kinds = ("int", "string", "int", "int", "int")
    old = Old((n, record(field("n", kind))) for n, kind in enumerate(kinds, 1))
    history = history_of([schema for _, schema in list(old)])
    new = record(field("n", "long"))

    report = check(FORMAT, new, old, Level.BACKWARD_TRANSITIVE, history=history)

    assert [(each.rule, each.version) for each in report.findings] == [
        ("AVRO_TYPE_MISMATCH", 2)
    ]
    assert Old.read == [4, 1]
