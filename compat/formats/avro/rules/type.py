"""Rules about types that cannot stand for each other."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.avro.checks import RULES, Fault
from compat.formats.avro.model import Node, label

__all__ = ["type_mismatch"]


@RULES.rule("AVRO_TYPE_MISMATCH", confluent="TYPE_MISMATCH")
def type_mismatch(reader: Node, writer: Node) -> Iterator[Fault]:
    """The reader's type does not read the writer's.

    Why: only int, long and float widen to larger numbers, and bytes and
    string stand for each other; every other change of type fails.
    Fix: keep the old type; or read both with a union of the two; or add a new
    field of the new type.
    Spec: Avro 1.12, Schema Resolution, the list of promotions.
    """
    yield Fault(
        "",
        f"the reader's {label(reader)} does not read the writer's {label(writer)}",
        reader=label(reader),
        writer=label(writer),
    )
