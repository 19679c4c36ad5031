"""Edits that would remove a finding; the engine checks each one again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from compat.budget import Budget
from compat.formats.avro.canonical import verdict, written_for
from compat.formats.avro.draft import Draft, writer_pointer
from compat.formats.avro.locate import text_pointer
from compat.formats.avro.matching import PROMOTIONS, match
from compat.formats.avro.model import (
    Array,
    Enum,
    Fixed,
    Map,
    Named,
    Node,
    Primitive,
    Record,
    Union,
)
from compat.formats.avro.resolve import Problem, resolve
from compat.formats.avro.schema import AvroSchema
from compat.plugin import Edit
from compat.verdict import Direction, Finding

__all__ = ["propose"]


@dataclass(frozen=True, slots=True)
class _Task:
    """A problem to remove, and both schemas."""

    problem: Problem
    reader: AvroSchema
    writer: AvroSchema

    def place(self, *, parent: bool = False) -> str:
        """Return the pointer of the problem, or what holds it, in the reader."""
        path = self.problem.path
        return text_pointer(self.reader, path.rpartition("/")[0] if parent else path)

    def written(self) -> str | None:
        """Return the pointer of the writer's node in the writer's text."""
        problem = self.problem
        return writer_pointer(self.writer.root, problem.route, problem.writer)


Proposals = Iterator[tuple[str, Draft]]


def propose(reader: AvroSchema, writer: AvroSchema, finding: Finding) -> Iterator[Edit]:
    """Yield schemas without ``finding``, the least intrusive first.

    The reader is edited when the finding looks backward, else the writer.
    """
    backward = finding.direction is Direction.BACKWARD
    for problem in _problems(reader, writer):
        if (problem.rule.id, problem.path) != (finding.rule, finding.path):
            continue
        for each in (*problem.causes, problem):
            proposals = (_READER if backward else _WRITER).get(each.rule.id)
            if proposals is None:
                continue
            for advice, draft in proposals(_Task(each, reader, writer)):
                yield Edit(finding.direction, advice, draft.text())
        return


@lru_cache(maxsize=8)
def _problems(reader: AvroSchema, writer: AvroSchema) -> list[Problem]:
    """Return the problems of a pair; one check asks for each of its findings."""
    return resolve(reader.root, writer.root, Budget())[0]


def _default(task: _Task) -> Proposals:
    """Give the reader's field a default: null where that says *absent*."""
    place = text_pointer(task.reader, _owning_field(task.problem.path))
    record, index = task.problem.reader, task.problem.fault.position
    if not isinstance(record, Record):
        return
    field = record.fields[index]
    yield from _alias(task, record, index)
    for advice, kind, value in _defaults(field.name, field.type):
        draft = Draft(task.reader)
        member = draft.at(place)
        if not isinstance(member, dict):
            return
        if kind is not None:
            member["type"] = [*kind, member["type"]]
        member["default"] = value
        yield advice, draft


def _owning_field(path: str) -> str:
    return path.removesuffix("/default")


def _defaults(name: str, node: Node) -> Iterator[tuple[str, list[str] | None, Any]]:
    """Yield advice, what to add to the type, and the default."""
    if isinstance(node, Union):
        if any(each.type == "null" for each in node.branches):
            yield f"Give the field {name!r} the default null.", None, None
        elif node.branches and (value := _natural(node.branches[0])) is not None:
            yield f"Give the field {name!r} the default {value!r}.", None, value
        return
    if isinstance(node, Array | Map):
        value = _natural(node)
        yield f"Give the field {name!r} the default {value!r}.", None, value
        return
    if node.type != "null":
        yield (
            f"Let the field {name!r} be null, and give it the default null.",
            ["null"],
            None,
        )
    value = _natural(node)
    if value is not None or node.type == "null":
        yield (
            f"Give the field {name!r} the default {json.dumps(value)}.",
            None,
            value,
        )


def _natural(node: Node) -> Any:
    """Return the empty value of ``node``; None when it has none of its own."""
    match node:
        case Array():
            return []
        case Map():
            return {}
        case Enum(symbols=(first, *_)):
            return first
        case Fixed():
            return "\0" * node.size if node.size <= 64 else None
        case Primitive():
            return _EMPTY.get(node.type)
        case _:
            return None


_EMPTY: dict[str, Any] = {
    "boolean": False,
    "int": 0,
    "long": 0,
    "float": 0.0,
    "double": 0.0,
    "bytes": "",
    "string": "",
}


def _alias(task: _Task, record: Record, index: int) -> Proposals:
    """Take the field for a renamed one: the only one left, of the same type."""
    written = task.problem.writer
    if not isinstance(written, Record):
        return
    taken = {match(each, written) for each in record.fields}
    left = [f for i, f in enumerate(written.fields) if i not in taken]
    if len(left) != 1 or verdict(left[0].type) != verdict(record.fields[index].type):
        return
    draft = Draft(task.reader)
    member = draft.at(text_pointer(task.reader, _owning_field(task.problem.path)))
    if isinstance(member, dict):
        member["aliases"] = [*member.get("aliases", []), left[0].name]
        name = record.fields[index].name
        yield (
            f"Give the field {name!r} the alias {left[0].name!r}, its old name.",
            draft,
        )


def _fewer_aliases(task: _Task) -> Proposals:
    record, written = task.problem.reader, task.problem.writer
    if not (isinstance(record, Record) and isinstance(written, Record)):
        return
    index = task.problem.fault.position
    draft = Draft(task.reader)
    member = draft.at(text_pointer(task.reader, f"{_base(task)}/fields/{index}"))
    if isinstance(member, dict) and member.pop("aliases", None):
        yield f"Remove the aliases of the field {record.fields[index].name!r}.", draft


def _base(task: _Task) -> str:
    """Return the path of the problem's own node."""
    return task.problem.path.removesuffix(task.problem.fault.at)


def _type_alias(task: _Task) -> Proposals:
    draft = Draft(task.reader)
    member = draft.at(task.place(parent=True))
    if isinstance(member, dict):
        name = task.problem.fault.writer
        member["aliases"] = [*member.get("aliases", []), name]
        yield f"Give {task.problem.fault.reader} the alias {name!r}.", draft


def _old_name(task: _Task) -> Proposals:
    draft, reader = Draft(task.writer), task.problem.reader
    member = draft.at(pointer) if (pointer := task.written()) is not None else None
    if isinstance(member, dict) and isinstance(reader, Named):
        member["name"] = reader.name
        yield f"Keep the name {reader.name!r}.", draft


def _more_symbols(task: _Task) -> Proposals:
    missing = task.problem.fault.writer
    for advice, key in (("Keep the symbols", "symbols"), ("Add a default", "default")):
        draft = Draft(task.reader)
        member = draft.at(task.place(parent=True))
        if not isinstance(member, dict):
            return
        if key == "symbols":
            member["symbols"] = [*member["symbols"], *missing]
            yield f"{advice} {', '.join(missing[:5])}.", draft
        elif member["symbols"]:
            member["default"] = member["symbols"][0]
            yield f"{advice} to the enum, such as {member['default']!r}.", draft


def _fewer_symbols(task: _Task) -> Proposals:
    draft, extra = Draft(task.writer), set(task.problem.fault.writer)
    member = draft.at(pointer) if (pointer := task.written()) is not None else None
    if isinstance(member, dict):
        member["symbols"] = [each for each in member["symbols"] if each not in extra]
        yield "Leave out the new symbols until every reader knows them.", draft


def _same_member(task: _Task) -> Proposals:
    """Give the reader's type the writer's value of one member, such as size."""
    key = task.problem.fault.at.removeprefix("/")
    draft = Draft(task.reader)
    member = draft.at(task.place(parent=True))
    if isinstance(member, dict):
        member[key] = task.problem.fault.writer
        yield f"Keep the {key} {task.problem.fault.writer}.", draft


def _same_member_written(task: _Task) -> Proposals:
    key = task.problem.fault.at.removeprefix("/")
    draft = Draft(task.writer)
    member = draft.at(pointer) if (pointer := task.written()) is not None else None
    if isinstance(member, dict):
        member[key] = task.problem.fault.reader
        yield f"Keep the {key} {task.problem.fault.reader}.", draft


def _union_of_both(task: _Task) -> Proposals:
    """Let the reader take the old type beside the new one, or instead of it."""
    old = json.loads(written_for(task.problem.writer, task.reader.types))
    if isinstance(task.problem.reader, Union) or isinstance(old, list):
        return
    place = task.place()
    ways = [
        ("Read both types, with a union of the new and the old.", True),
        ("Keep the old type.", False),
    ]
    if task.problem.reader.type in PROMOTIONS.get(task.problem.writer.type, ()):
        ways.reverse()  # the old number type holds all that the new one does
    for advice, both in ways:
        draft = Draft(task.reader)
        if (new := draft.at(place)) is None:
            return
        if draft.put(place, [new, old] if both else old):
            yield advice, draft


def _old_type(task: _Task) -> Proposals:
    """Let the writer go on with the reader's type."""
    route = task.problem.route
    if route is not None and isinstance(route.node, Union):
        yield from _fewer_branches(task)
        return
    pointer = task.written()
    draft = Draft(task.writer)
    kept = json.loads(written_for(task.problem.reader, task.writer.types))
    if pointer is not None and draft.put(pointer, kept):
        yield "Keep the old type until every reader knows the new one.", draft


def _more_branches(task: _Task) -> Proposals:
    union = task.problem.reader
    if not isinstance(union, Union):
        return
    place = text_pointer(task.reader, task.problem.path)
    draft = Draft(task.reader)
    branches = draft.at(place)
    if isinstance(branches, list):
        old = json.loads(written_for(task.problem.writer, task.reader.types))
        branches.append(old)
        yield "Add the writer's type to the union.", draft


def _fewer_branches(task: _Task) -> Proposals:
    route = task.problem.route
    if route is None or not isinstance(route.node, Union):
        yield from _old_type(task)
        return
    pointer = writer_pointer(task.writer.root, route.before, route.node)
    draft = Draft(task.writer)
    kept = json.loads(written_for(task.problem.reader, task.writer.types))
    if pointer is not None and draft.put(pointer, kept):
        yield "Keep the old type until every reader knows the new one.", draft
    draft = Draft(task.writer)
    branches = draft.at(pointer) if pointer is not None else None
    if isinstance(branches, list) and route.index is not None:
        branches.pop(route.index)
        yield "Leave out the branch until every reader knows it.", draft


def _restored_field(task: _Task) -> Proposals:
    """Put the removed field back into the writer's record."""
    record, index = task.problem.reader, task.problem.fault.position
    pointer = task.written()
    if pointer is None or not isinstance(record, Record):
        return
    field = record.fields[index]
    draft = Draft(task.writer)
    member = draft.at(pointer)
    if isinstance(member, dict) and isinstance(member.get("fields"), list):
        kind = json.loads(written_for(field.type, task.writer.types))
        member["fields"].append({"name": field.name, "type": kind})
        yield f"Keep the field {field.name!r}; readers have no default for it.", draft


_READER: dict[str, Callable[[_Task], Proposals]] = {
    "AVRO_FIELD_NO_DEFAULT": _default,
    "AVRO_DEFAULT_INVALID": _default,
    "AVRO_ALIAS_AMBIGUOUS": _fewer_aliases,
    "AVRO_NAME_MISMATCH": _type_alias,
    "AVRO_ENUM_SYMBOL_UNKNOWN": _more_symbols,
    "AVRO_ENUM_SYMBOL_DEFAULTED": _more_symbols,
    "AVRO_FIXED_SIZE_MISMATCH": _same_member,
    "AVRO_DECIMAL_SCALE": _same_member,
    "AVRO_DECIMAL_PRECISION": _same_member,
    "AVRO_TIME_UNIT_CHANGED": _same_member,
    "AVRO_TYPE_MISMATCH": _union_of_both,
    "AVRO_NUMBER_ROUNDED": _union_of_both,
    "AVRO_BYTES_AS_STRING": _union_of_both,
    "AVRO_LOGICAL_TYPE_CHANGED": _union_of_both,
    "AVRO_UNION_BRANCH_MISSING": _more_branches,
}

_WRITER: dict[str, Callable[[_Task], Proposals]] = {
    "AVRO_FIELD_NO_DEFAULT": _restored_field,
    "AVRO_DEFAULT_INVALID": _restored_field,
    "AVRO_NAME_MISMATCH": _old_name,
    "AVRO_ENUM_SYMBOL_UNKNOWN": _fewer_symbols,
    "AVRO_ENUM_SYMBOL_DEFAULTED": _fewer_symbols,
    "AVRO_FIXED_SIZE_MISMATCH": _same_member_written,
    "AVRO_DECIMAL_SCALE": _same_member_written,
    "AVRO_DECIMAL_PRECISION": _same_member_written,
    "AVRO_TIME_UNIT_CHANGED": _same_member_written,
    "AVRO_TYPE_MISMATCH": _old_type,
    "AVRO_NUMBER_ROUNDED": _old_type,
    "AVRO_BYTES_AS_STRING": _old_type,
    "AVRO_LOGICAL_TYPE_CHANGED": _old_type,
    "AVRO_UNION_BRANCH_MISSING": _fewer_branches,
}
