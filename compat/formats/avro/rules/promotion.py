"""Rules about values that change when they are promoted."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.avro.checks import Fault, check
from compat.formats.avro.model import Primitive
from compat.verdict import Severity

__all__ = ["bytes_as_string", "number_rounded"]

_ROUNDED = {
    # 2**53 + 1 is the first whole number that no double holds, 2**24 + 1 that
    # no float holds.
    ("long", "double"): 2**53 + 1,
    ("long", "float"): 2**53 + 1,
    ("int", "float"): 2**24 + 1,
}


@check("AVRO_NUMBER_ROUNDED", Primitive, severity=Severity.LOSSY)
def number_rounded(reader: Primitive, writer: Primitive) -> Iterator[Fault]:
    """Large whole numbers are read rounded.

    Why: a float holds whole numbers up to 2**24 exactly, a double up to
    2**53; beyond that the reader sees a neighbour.
    Fix: keep the whole-number type, or use double for int.
    Spec: Avro 1.12, Schema Resolution, promotions.
    """
    sample = _ROUNDED.get((writer.type, reader.type))
    if sample is not None:
        yield Fault(
            "",
            f"the reader's {reader.type} rounds large values of the writer's "
            f"{writer.type}",
            reader=reader.type,
            writer=writer.type,
            sample=sample,
        )


@check("AVRO_BYTES_AS_STRING", Primitive, severity=Severity.LOSSY)
def bytes_as_string(reader: Primitive, writer: Primitive) -> Iterator[Fault]:
    """Bytes are read as a string.

    Why: bytes need not be UTF-8. On others Java puts replacement characters,
    and Python's libraries fail.
    Fix: keep bytes, unless every producer writes UTF-8.
    Spec: Avro 1.12, Schema Resolution, promotions.
    """
    if (writer.type, reader.type) == ("bytes", "string"):
        yield Fault(
            "",
            "the reader takes the writer's bytes for text, and they need not be UTF-8",
            reader=reader.type,
            writer=writer.type,
            sample=b"\xff\xfe",
        )
