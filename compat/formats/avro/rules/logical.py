"""Rules about logical types: what the same bytes mean."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.avro.checks import ANY, Fault, check
from compat.formats.avro.logical import FAMILIES
from compat.formats.avro.model import Fixed, Logical, Primitive
from compat.verdict import Severity

__all__ = [
    "decimal_precision",
    "decimal_precision_widened",
    "decimal_scale",
    "logical_type_changed",
    "logical_type_one_sided",
    "time_unit",
]

Leaf = Primitive | Fixed


@check("AVRO_DECIMAL_SCALE", Primitive, Fixed)
def decimal_scale(reader: Leaf, writer: Leaf) -> Iterator[Fault]:
    """A decimal has another scale.

    Why: only the digits are in the data; where the point stands is taken from
    the schema. Readers that use their own schema are off by powers of ten,
    silently.
    Fix: keep the scale, or add a new field for the new one.
    Spec: Avro 1.12, Logical Types, decimal: two decimals match only with the
    same scale and precision.
    """
    r, w = _decimals(reader, writer)
    if r and w and r.scale != w.scale:
        yield Fault(
            "/scale",
            f"the reader's decimal has scale {r.scale or 0}, the writer's {w.scale}: "
            "the same digits mean another number",
            reader=r.scale,
            writer=w.scale,
            sample=_digits(min(1234, 10 ** min(w.precision or 1, 4) - 1), writer),
        )


@check("AVRO_DECIMAL_PRECISION", Primitive, Fixed)
def decimal_precision(reader: Leaf, writer: Leaf) -> Iterator[Fault]:
    """A decimal has fewer digits than the writer's.

    Why: values of the writer's with more digits are no values of the reader's
    type; some libraries round them to the reader's precision, some fail when
    they are written again.
    Fix: keep the precision, or raise it.
    Spec: Avro 1.12, Logical Types, decimal: two decimals match only with the
    same scale and precision.
    """
    r, w = _decimals(reader, writer)
    if not (r and w and r.precision and w.precision):
        return
    if r.scale == w.scale and r.precision < w.precision:
        yield Fault(
            "/precision",
            f"the reader's decimal has {r.precision} digits, the writer's up to "
            f"{w.precision}",
            reader=r.precision,
            writer=w.precision,
            # Nobody needs to see a number of thousands of digits.
            sample=_digits(10 ** min(r.precision, 1_000) + 1, writer),
        )


@check("AVRO_DECIMAL_PRECISION_WIDENED", Primitive, Fixed, severity=Severity.NOTE)
def decimal_precision_widened(reader: Leaf, writer: Leaf) -> Iterator[Fault]:
    """A decimal has more digits than the writer's.

    Why: every value is read as it was written; but the specification's letter
    wants equal precisions, and a strict library might insist.
    Spec: Avro 1.12, Logical Types, decimal.
    """
    r, w = _decimals(reader, writer)
    if not (r and w and r.precision and w.precision):
        return
    if r.scale == w.scale and r.precision > w.precision:
        yield Fault(
            "/precision",
            f"the reader's decimal has {r.precision} digits, the writer's "
            f"{w.precision}",
            reader=r.precision,
            writer=w.precision,
        )


@check("AVRO_TIME_UNIT_CHANGED", Primitive, severity=Severity.LOSSY)
def time_unit(reader: Primitive, writer: Primitive) -> Iterator[Fault]:
    """A time or timestamp counts in another unit.

    Why: only the count is in the data. Java takes the unit from the reader's
    schema, so that 1000 milliseconds become 1000 microseconds; Python takes
    it from the writer's.
    Fix: keep the unit, or add a new field for the new one.
    Spec: Avro 1.12, Logical Types: no rule resolves units.
    """
    r, w = reader.logical, writer.logical
    if not (r and w) or r == w:
        return
    if r.name in FAMILIES and w.name in FAMILIES:
        (family, unit), (other, written) = FAMILIES[r.name], FAMILIES[w.name]
        if family == other and unit != written:
            yield Fault(
                "/logicalType",
                f"the reader counts in {r.name}, the writer in {w.name}",
                reader=r.name,
                writer=w.name,
                sample=1000,
            )


@check("AVRO_LOGICAL_TYPE_CHANGED", Primitive, Fixed, severity=Severity.LOSSY)
def logical_type_changed(reader: Leaf, writer: Leaf) -> Iterator[Fault]:
    """A logical type was replaced by another.

    Why: the bytes are read, but stand for another kind of value.
    Fix: keep the logical type, or add a new field for the new one.
    Spec: Avro 1.12, Logical Types.
    """
    r, w = reader.logical, writer.logical
    if not (r and w) or r.name == w.name or _same_family(r, w):
        return
    number = writer.type in ("int", "long")
    yield Fault(
        "/logicalType",
        f"the reader takes the value for {r.name}, the writer wrote {w.name}",
        reader=r.name,
        writer=w.name,
        sample=1000 if number else ANY,
    )


@check("AVRO_LOGICAL_TYPE_ONE_SIDED", Primitive, Fixed, severity=Severity.NOTE)
def logical_type_one_sided(reader: Leaf, writer: Leaf) -> Iterator[Fault]:
    """Only one of the schemas has a logical type.

    Why: the value is the same, but programs see it as another type of their
    language.
    Spec: Avro 1.12, Logical Types: readers may ignore them.
    """
    r, w = reader.logical, writer.logical
    if (r is None) == (w is None):
        return
    yield Fault(
        "",
        f"the reader has {r.name if r else 'no logical type'}, the writer "
        f"{w.name if w else 'none'}",
        reader=r.name if r else None,
        writer=w.name if w else None,
    )


def _decimals(reader: Leaf, writer: Leaf) -> tuple[Logical | None, Logical | None]:
    r, w = reader.logical, writer.logical
    both = r and w and r.name == w.name == "decimal"
    return (r, w) if both else (None, None)


def _same_family(one: Logical, other: Logical) -> bool:
    families = FAMILIES.get(one.name), FAMILIES.get(other.name)
    return bool(families[0] and families[1] and families[0][0] == families[1][0])


def _digits(number: int, writer: Leaf) -> bytes:
    """Return ``number`` as the decimal's bytes, smaller where it does not fit."""
    if isinstance(writer, Fixed):
        largest: int = 2 ** (8 * writer.size - 1) - 1
        return min(number, largest).to_bytes(writer.size, "big", signed=True)
    return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
