"""Rules about fixed types."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.avro.checks import Fault, check
from compat.formats.avro.model import Fixed

__all__ = ["size_mismatch"]


@check("AVRO_FIXED_SIZE_MISMATCH", Fixed, confluent="FIXED_SIZE_MISMATCH")
def size_mismatch(reader: Fixed, writer: Fixed) -> Iterator[Fault]:
    """A fixed type has another size.

    Why: a fixed has no length in the data, so the reader would take too many
    or too few bytes, and refuses.
    Fix: keep the size; for another one define a new type under a new name and
    a new field, or use bytes.
    Spec: Avro 1.12, Schema Resolution, fixed.
    """
    if reader.size != writer.size:
        yield Fault(
            "/size",
            f"fixed {reader.full} has {reader.size} bytes, the writer's has "
            f"{writer.size}",
            reader=reader.size,
            writer=writer.size,
        )
