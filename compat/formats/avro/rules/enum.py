"""Rules about the symbols of enums."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.avro.checks import Fault, check
from compat.formats.avro.model import Enum
from compat.verdict import Severity

__all__ = ["symbol_becomes_default", "symbol_unknown"]


@check("AVRO_ENUM_SYMBOL_UNKNOWN", Enum, confluent="MISSING_ENUM_SYMBOLS")
def symbol_unknown(reader: Enum, writer: Enum) -> Iterator[Fault]:
    """The writer's enum has a symbol that the reader's lacks.

    Why: the reader fails on data with that symbol. The default of a field
    does not help: it stands in for missing fields only.
    Fix: keep the symbol, or give the reader's enum a default of its own.
    Spec: Avro 1.12, Schema Resolution, enums.
    """
    missing = _missing(reader, writer)
    if missing and reader.default not in reader.known:
        yield Fault(
            "/symbols",
            f"enum {reader.full} lacks {_listed(missing)} of the writer's enum, "
            "and has no default",
            reader=list(reader.symbols),
            writer=missing,
            sample=missing[0],
        )


@check("AVRO_ENUM_SYMBOL_DEFAULTED", Enum, severity=Severity.LOSSY)
def symbol_becomes_default(reader: Enum, writer: Enum) -> Iterator[Fault]:
    """A symbol of the writer's is read as the enum's default.

    Why: the reader lacks the symbol and has a default, so the data is read,
    but which symbol was written is lost.
    Fix: add the symbol to the reader's enum.
    Spec: Avro 1.12, Schema Resolution, enums.
    """
    missing = _missing(reader, writer)
    if missing and reader.default in reader.known:
        yield Fault(
            "/symbols",
            f"enum {reader.full} reads {_listed(missing)} as its default "
            f"{reader.default!r}",
            reader=reader.default,
            writer=missing,
            sample=missing[0],
        )


def _missing(reader: Enum, writer: Enum) -> list[str]:
    if writer.known <= reader.known:
        return []
    return [each for each in writer.symbols if each not in reader.known]


def _listed(symbols: list[str]) -> str:
    named = ", ".join(map(repr, symbols[:5]))
    more = f" and {len(symbols) - 5} more" if len(symbols) > 5 else ""
    return f"{'symbols' if len(symbols) > 1 else 'symbol'} {named}{more}"
