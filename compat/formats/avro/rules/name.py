"""Rules about the names of types."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.avro.checks import Fault, check
from compat.formats.avro.matching import same_name
from compat.formats.avro.model import Enum, Fixed, Named, Record

__all__ = ["name_mismatch"]


@check("AVRO_NAME_MISMATCH", Record, Enum, Fixed, confluent="NAME_MISMATCH")
def name_mismatch(reader: Named, writer: Named) -> Iterator[Fault]:
    """A record, enum or fixed has another name.

    Why: readers match named types by the name without its namespace; many
    refuse data of a type with another name, Java reads some of it.
    Fix: keep the old name, or give the new type the writer's full name as an
    alias.
    Spec: Avro 1.12, Schema Resolution, and Aliases.
    """
    if not same_name(reader, writer):
        yield Fault(
            "/name",
            f"the reader's {reader.full} has not the name of the writer's "
            f"{writer.full}, and no alias says so",
            reader=reader.full,
            writer=writer.full,
        )
