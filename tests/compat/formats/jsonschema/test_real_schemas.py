"""Schemas as they are found: written by pydantic, and the drafts' metaschemas."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from enum import Enum
from random import Random
from typing import Annotated, Any, Literal

import jsonschema_rs
import jsonschema_specifications
import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from compat import Level, Verdict, check
from compat.formats.jsonschema import FORMAT
from tests.fuzz.jsonschema_schemas import schema


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    street: str
    number: Annotated[int, Field(ge=1, le=9999)]
    zip: Annotated[str, Field(pattern="^[0-9]{5}$")] | None = None


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    name: Annotated[str, Field(max_length=20)]


class Tree(BaseModel):
    label: str
    children: list[Tree] = []


TYPES: dict[str, Any] = {
    "text": str,
    "bounded": Annotated[int, Field(gt=0, lt=100)],
    "optional": str | None,
    "union": int | str | bool,
    "nested": Address,
    "many": list[Address],
    "colour": Colour,
    "pet": Annotated[Cat | Dog, Field(discriminator="kind")],
    "untagged": Cat | Dog | None,
    "table": dict[str, float],
    "pair": tuple[int, str],
    "unique": set[int],
    "tree": Tree,
    "price": Annotated[float, Field(multiple_of=0.5, ge=0)],
    "short": Annotated[list[str], Field(min_length=1, max_length=3)],
}


def models() -> Iterator[type[BaseModel]]:
    """Yield 30 models: each type with a plain field, then pairs of types, closed."""
    names = list(TYPES)
    for name in names:
        yield create_model(f"One_{name}", id=(int, ...), **{name: (TYPES[name], ...)})
    for one, two in zip(names, [*names[4:], *names[:4]], strict=True):
        fields: Any = {one: (TYPES[one], ...), two: (TYPES[two], ...)}
        closed = ConfigDict(extra="forbid")
        yield create_model(
            f"Two_{one}_{two}", __config__=closed, id=(int, ...), **fields
        )


MODELS = list(models())
Schema = dict[str, Any]


def require_new(new: Schema) -> None:
    new["properties"]["added"] = {"type": "string"}
    new["required"].append("added")


def drop_required(new: Schema) -> None:
    new["required"].remove("id")


def narrow_id(new: Schema) -> None:
    new["properties"]["id"]["minimum"] = 10


def widen_id(new: Schema) -> None:
    new["properties"]["id"]["type"] = "number"


def change_id(new: Schema) -> None:
    new["properties"]["id"]["type"] = "string"


def nullable_id(new: Schema) -> None:
    new["properties"]["id"] = {"anyOf": [{"type": "integer"}, {"type": "null"}]}


def reword(new: Schema) -> None:
    new["title"] = "Renamed"
    new["description"] = "Reworded."


def limit_size(new: Schema) -> None:
    new["maxProperties"] = 1


def reorder(new: Schema) -> None:
    new["properties"] = dict(reversed(new["properties"].items()))
    new["required"] = new["required"][::-1]


def forbid_id(new: Schema) -> None:
    new["properties"]["id"] = False


MUTATIONS: list[tuple[Callable[[Schema], None], bool]] = [
    (require_new, False),
    (drop_required, True),
    (narrow_id, False),
    (widen_id, True),
    (change_id, False),
    (nullable_id, True),
    (reword, True),
    (limit_size, False),
    (reorder, True),
    (forbid_id, False),
]


def verdict(writer: Any, reader: Any) -> tuple[Verdict, bool]:
    old, new = FORMAT.parse(json.dumps(writer)), FORMAT.parse(json.dumps(reader))
    report = check(FORMAT, new, [(1, old)], Level.BACKWARD, fixes=False)
    return report.verdict, all(each.witness for each in report.findings)


def test_there_are_thirty_models() -> None:
    assert len(MODELS) == 30


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_against_itself_and_ten_mutations(model: type[BaseModel]) -> None:
    old = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    old |= model.model_json_schema()

    assert verdict(old, json.loads(json.dumps(old))) == (Verdict.COMPATIBLE, True)
    for mutate, compatible in MUTATIONS:
        new = copy.deepcopy(old)
        mutate(new)
        expected = Verdict.COMPATIBLE if compatible else Verdict.INCOMPATIBLE
        assert (mutate.__name__, *verdict(old, new)) == (
            mutate.__name__,
            expected,
            True,
        )


DRAFTS = {
    "draft-04": "http://json-schema.org/draft-04/schema#",
    "draft-06": "http://json-schema.org/draft-06/schema#",
    "draft-07": "http://json-schema.org/draft-07/schema#",
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
}


CONTAINED = [("draft-07", "draft-06"), ("2019-09", "draft-06"), ("2019-09", "draft-07")]


def metaschema(draft: str) -> Any:
    return FORMAT.parse(
        json.dumps(jsonschema_specifications.REGISTRY.contents(DRAFTS[draft]))
    )


@pytest.mark.parametrize("reader", DRAFTS)
@pytest.mark.parametrize("writer", DRAFTS)
def test_metaschemas_against_each_other(writer: str, reader: str) -> None:
    report = check(
        FORMAT,
        metaschema(reader),
        [(1, metaschema(writer))],
        Level.BACKWARD,
        fixes=False,
    )

    contained = writer == reader or (writer, reader) in CONTAINED
    assert report.verdict is (Verdict.COMPATIBLE if contained else Verdict.INCOMPATIBLE)


@pytest.mark.parametrize(("writer", "reader"), CONTAINED)
def test_validators_agree_that_one_metaschema_holds_the_other(
    writer: str, reader: str
) -> None:
    random = Random(7)
    reads = jsonschema_rs.meta
    for _ in range(400):
        made = schema(random, 2019 if writer == "2019-09" else 7, 3)
        body = made if isinstance(made, dict) else {"allOf": [made]}
        if reads.is_valid({"$schema": DRAFTS[writer], **body}):
            assert reads.is_valid({"$schema": DRAFTS[reader], **body})
