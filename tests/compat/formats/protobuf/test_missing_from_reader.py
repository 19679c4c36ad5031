"""Types and required fields that the reader does not have, each shown by a datum."""

from __future__ import annotations

import pytest
from google.protobuf.any_pb2 import Any

from compat.budget import Budget
from compat.formats.protobuf import FORMAT
from compat.verdict import Finding, Severity, Witness

ORDER = "message Order { int64 id = 1; }"


def _breaks(writer: str, reader: str, syntax: str = "proto3") -> list[Finding]:
    two = [FORMAT.parse(f'syntax = "{syntax}"; {each}') for each in (reader, writer)]
    findings = FORMAT.can_read(*two, Budget()).findings
    return [each for each in findings if each.severity is Severity.BREAK]


def _held(witness: Witness) -> Any:
    return Any.FromString(bytes.fromhex(witness.bytes or ""))


@pytest.mark.parametrize(
    ("rule", "writer", "reader", "name"),
    [
        (
            "PROTO_PACKAGE_CHANGED",
            f"package shop.v1; {ORDER}",
            f"package shop.v2; {ORDER}",
            "shop.v1.Order",
        ),
        ("PROTO_PACKAGE_CHANGED", ORDER, f"package shop; {ORDER}", "Order"),
        (
            "PROTO_MESSAGE_REMOVED",
            f"package shop; {ORDER} message Item {{}}",
            f"package shop; {ORDER}",
            "shop.Item",
        ),
        (
            "PROTO_MESSAGE_REMOVED",
            "package shop; message Order { message Item {} }",
            "package shop; message Order {}",
            "shop.Order.Item",
        ),
    ],
)
def test_an_any_of_the_old_name_cannot_be_opened(
    rule: str, writer: str, reader: str, name: str
) -> None:
    (found,) = _breaks(writer, reader)

    assert found.rule == rule
    assert found.witness is not None
    assert found.witness.value == {"@type": f"type.googleapis.com/{name}"}
    assert found.witness.outcome == (
        f"the reader cannot open the Any: it has no message {name}"
    )
    assert _held(found.witness).TypeName() == name


def test_what_an_any_holds_has_its_required_fields() -> None:
    text = "message Order { required int64 id = 1; }"

    (found,) = _breaks(f"package v1; {text}", f"package v2; {text}", "proto2")

    assert found.witness is not None
    assert found.witness.value == {"@type": "type.googleapis.com/v1.Order", "id": "1"}
    assert _held(found.witness).value == b"\x08\x01"


def test_a_required_field_that_is_gone_is_skipped() -> None:
    writer = "message Order { required int64 id = 1; }"

    (found,) = _breaks(writer, "message Order {}", "proto2")

    assert found.witness is not None
    assert found.witness.value == {"id": "1"}
    assert found.witness.outcome == "the reader skips id"


def test_a_message_without_any_datum_gets_no_witness() -> None:
    text = "message Order { required Order order = 1; }"

    (found,) = _breaks(f"package v1; {text}", f"package v2; {text}", "proto2")

    assert found.witness is None


def test_a_package_without_messages_gets_no_witness() -> None:
    (found,) = _breaks("package v1; enum Size { S = 0; }", "package v2;")

    assert found.witness is None
