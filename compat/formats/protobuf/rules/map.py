"""Rules about maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compat.formats.protobuf.pairs import Slot
from compat.formats.protobuf.problem import Datum, Problem
from compat.formats.protobuf.rules.field import shown
from compat.formats.protobuf.ruling import TYPE


@TYPE.rule("PROTO_FIELD_LIST_TO_MAP", confluent="FIELD_KIND_CHANGED")
def list_to_map(slot: Slot) -> Iterator[Problem]:
    """A list of messages is read as a map.

    Why: a map keeps one entry of each key, and reads the fields 1 and 2 of
    each message as key and value.
    Fix: keep the list, and add a map under a new number.
    Spec: Protocol Buffers language guide, Maps; Confluent FIELD_KIND_CHANGED.
    """
    listed = slot.writer.kind in ("message", "group") and not slot.writer.map
    if slot.reader.map and listed:
        twice: Any = [{}, {}] if slot.writer.repeated else {}
        yield Problem(
            slot.path,
            f"the reader has a map ({shown(slot.reader)}), "
            f"the writer messages ({shown(slot.writer)})",
            shown(slot.reader),
            shown(slot.writer),
            (Datum(slot.number, {slot.number: twice}),),
        )
