"""Rules about the fields of records."""

from __future__ import annotations

from collections.abc import Iterator

from compat.budget import Budget
from compat.formats.avro.checks import RULES, Fault, check
from compat.formats.avro.defaults import why_unfit
from compat.formats.avro.matching import positions
from compat.formats.avro.model import Record

__all__ = ["alias_ambiguous", "default_invalid", "no_default"]


@RULES.rule("AVRO_FIELD_NO_DEFAULT", confluent="READER_FIELD_MISSING_DEFAULT_VALUE")
def no_default(reader: Record, index: int) -> Iterator[Fault]:
    """A field that the written data lacks has no default.

    Why: the reader has nothing to put in the field, and refuses every datum
    of the record. A type that admits null is no default by itself.
    Fix: give the field a default, such as null for a union that starts with
    null; or, if the field was renamed, keep the old name as an alias.
    Spec: Avro 1.12, Schema Resolution, records.
    """
    field = reader.fields[index]
    yield Fault(
        f"/fields/{index}",
        f"field {field.name!r} of record {reader.full} has no default, "
        "and the writer's record does not have the field",
        reader=field.name,
        position=index,
    )


@RULES.rule("AVRO_DEFAULT_INVALID")
def default_invalid(reader: Record, index: int, budget: Budget) -> Iterator[Fault]:
    """A default that the reader has to use is not a value of the field's type.

    Why: the data lacks the field, so the reader takes the default; Java fails
    when it encodes it, Python hands it on as it is.
    Fix: correct the default so that it fits the field's type.
    Spec: Avro 1.12, Complex Types, records, "default".
    """
    field = reader.fields[index]
    if reason := why_unfit(field.type, field.default, budget):
        yield Fault(
            f"/fields/{index}/default",
            f"the default of field {field.name!r} of record {reader.full} is "
            f"used, since the writer's record lacks the field, but {reason}",
            reader=field.default,
            position=index,
        )


@check("AVRO_ALIAS_AMBIGUOUS", Record)
def alias_ambiguous(reader: Record, writer: Record) -> Iterator[Fault]:
    """Aliases leave open which of the writer's fields a field means.

    Why: one field matches two of the writer's fields, or two fields match the
    same one. Libraries disagree: some fail, some take the one field, some the
    other.
    Fix: remove the alias that names a field which still exists.
    Spec: Avro 1.12, Aliases.
    """
    if not [field for field in reader.fields if field.aliases]:
        return
    claimed: dict[int, str] = {}
    for index, field in enumerate(reader.fields):
        found = positions(field, writer)
        if len(found) > 1:
            names = " and ".join(repr(writer.fields[each].name) for each in found)
            yield Fault(
                f"/fields/{index}/aliases",
                f"field {field.name!r} of record {reader.full} matches the writer's "
                f"fields {names}",
                reader=[field.name, *field.aliases],
                writer=[writer.fields[each].name for each in found],
                position=index,
            )
        elif found and found[0] in claimed:
            name = writer.fields[found[0]].name
            yield Fault(
                f"/fields/{index}" + ("/aliases" if field.aliases else ""),
                f"fields {claimed[found[0]]!r} and {field.name!r} of record "
                f"{reader.full} both match the writer's field {name!r}",
                reader=[claimed[found[0]], field.name],
                writer=[name],
                position=index,
            )
        for each in found:
            claimed.setdefault(each, field.name)
