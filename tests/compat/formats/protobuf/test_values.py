"""The truth behind the rules about types: each pair of kinds, as upb reads it."""

from __future__ import annotations

from itertools import product

import pytest

from compat.budget import Budget
from compat.formats.protobuf import FORMAT
from compat.formats.protobuf.values import CASTS, KINDS, Fate, fate
from tests.fuzz.protobuf_oracle import messages, reads

CLOSED = {"closed": "CLOSED", "enum": "OPEN"}
SCALARS = [each for each in KINDS if each not in ("message", "group")]
KINDS_TRIED = [*SCALARS, "closed", "message", "group"]


def text_of(kind: str) -> str:
    """Return a file whose field 1 of ``A`` is of ``kind`` and tells unset from zero."""
    types = {"enum": "Open", "closed": "Closed", "message": "Inner", "group": "Inner"}
    group = " [features.message_encoding = DELIMITED]" if kind == "group" else ""
    return f"""
        edition = "2023";
        enum Open {{ O0 = 0; O1 = 1; }}
        enum Closed {{ option features.enum_type = CLOSED; C0 = 0; C1 = 1; C9 = 9; }}
        message Inner {{ uint64 x = 1; }}
        message A {{ {types.get(kind, kind)} f = 1{group}; }}
    """


@pytest.mark.parametrize(("writer", "reader"), list(product(KINDS_TRIED, repeat=2)))
def test_fate_is_what_the_library_does(writer: str, reader: str) -> None:
    w, r = FORMAT.parse(text_of(writer)), FORMAT.parse(text_of(reader))
    written, read = (s.model.all_messages["A"].fields[1] for s in (w, r))
    enums = [
        s.model.all_enums.get(field.type) for s, field in ((w, written), (r, read))
    ]

    expected = fate(written, read, *enums)

    descriptor = w.pool.FindMessageTypeByName("A")
    found = []
    for each in messages(descriptor, depth=2):
        # Only what is sent: an unset field is another question.
        if each.ListFields():
            data = each.SerializeToString()
            found += reads(data, w.pool, r.pool, ("A", "A"))
    harmed = [each for each in found if "no longer set" not in each]
    assert (expected is Fate.SAME) == (not harmed), harmed[:3]
    if expected is Fate.REFUSED:
        assert any(each.startswith("refused") for each in harmed)


@pytest.mark.parametrize("group", CASTS, ids=lambda group: group[0])
def test_casts_of_the_language_guide_never_block(group: tuple[str, ...]) -> None:
    for writer, reader in product(group, repeat=2):
        w, r = FORMAT.parse(text_of(writer)), FORMAT.parse(text_of(reader))

        findings = FORMAT.can_read(r, w, Budget()).findings

        assert [
            each.severity.value for each in findings if each.severity == "break"
        ] == []
