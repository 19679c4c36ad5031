"""Rules about unions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compat.formats.avro.checks import RULES, Fault
from compat.formats.avro.model import Named, Node, Union, label

__all__ = ["branch_missing"]


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


def _renamed(reader: Union, writer: Node) -> str | None:
    if not isinstance(writer, Named):
        return None
    same = [each for each in reader.branches[:20] if each.type == writer.type]
    return label(same[0]) if len(same) == 1 else None


def _shown(union: Union) -> list[str]:
    return [label(each) for each in union.branches[:20]]
