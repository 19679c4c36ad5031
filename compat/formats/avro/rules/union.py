"""Rules about unions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compat.formats.avro.canonical import unaliased
from compat.formats.avro.checks import RULES, Fault
from compat.formats.avro.model import Named, Node, Union, label
from compat.formats.avro.renaming import aliases_of, clash, unions_of
from compat.formats.avro.schema import AvroSchema

__all__ = ["branch_missing", "branches_merged"]


@RULES.rule("AVRO_UNION_BRANCH_MISSING", confluent="MISSING_UNION_BRANCH")
def branch_missing(
    reader: Union, writer: Node, causes: Sequence[str] | None
) -> Iterator[Fault]:
    """No branch of the reader's union reads what the writer writes.

    Why: the reader takes the branch that matches the written type; without
    one it refuses the datum.
    Fix: add the writer's type to the reader's union, or keep the branch
    unchanged.
    Spec: Avro 1.12, Schema Resolution, unions.
    """
    message = f"no branch of the reader's union reads the writer's {label(writer)}"
    if causes:
        message += f": {causes[0]}"
        if len(causes) > 1:
            message += f" (and {len(causes) - 1} more)"
    elif causes is None and (hint := _renamed(reader, writer)):
        message += f"; its {hint} has another name"
    yield Fault("", message, reader=_shown(reader), writer=label(writer))


@RULES.rule("AVRO_UNION_BRANCHES_MERGED")
def branches_merged(reader: AvroSchema, writer: AvroSchema) -> Iterator[Fault]:
    """Aliases of the reader give two branches of a writer's union one name.

    Why: a reader first calls the writer's types by the reader's names. A union
    that has one name twice is no schema, so Java then reads no datum at all.
    Fix: remove the alias, and keep a branch for the type that it names.
    Spec: Avro 1.12, Aliases, and Unions.
    """
    if not [each for each in reader.types.values() if each.aliases]:
        return
    aliases = aliases_of(reader.root)
    renamed = {alias: named.full for alias, named in aliases.items()}
    for names in unions_of(writer.root):
        if (found := clash(names, renamed)) is None:
            continue
        if unaliased(reader.root) == unaliased(writer.root):
            return  # schemas that differ in nothing else are read without aliases
        one, other, now = found
        named = aliases[other if other in aliases else one]
        yield Fault(
            f"{named.at if named.home is None else ''}/aliases",
            f"aliases of {now} give the branches {one} and {other} of one of the "
            "writer's unions the same name",
            reader=list(named.aliases),
            writer=list(names),
        )
        return


def _renamed(reader: Union, writer: Node) -> str | None:
    if not isinstance(writer, Named):
        return None
    same = [each for each in reader.branches[:20] if each.type == writer.type]
    return label(same[0]) if len(same) == 1 else None


def _shown(union: Union) -> list[str]:
    return [label(each) for each in union.branches[:20]]
