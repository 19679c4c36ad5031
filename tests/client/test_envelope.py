"""Event envelopes, against the CloudEvents SDK and OpenTelemetry."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from opentelemetry import baggage, context, trace
from opentelemetry.sdk.trace import TracerProvider

from registry.client import RegisteredSchema, Schema
from registry.client.envelope import Envelope, InvalidEnvelope, schema_url

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_an_envelope_comes_back_as_it_was() -> None:
    sent = Envelope(
        id="1",
        source="/shop",
        type="order.placed",
        time=WHEN,
        subject="order/7",
        data_schema="http://127.0.0.1/schemas/ids/3",
        correlation_id="c",
        causation_id="b",
        trace={
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        },
    )
    headers = sent.to_headers()
    assert Envelope.from_headers([*headers, ("other", b"\xff")]) == sent
    assert Envelope.from_headers(dict(headers)) == sent


def test_the_cloudevents_sdk_reads_it() -> None:
    sent = Envelope(id="1", source="/shop", type="order.placed", time=WHEN)
    headers = dict(sent.to_headers()) | {"content-type": b"application/octet-stream"}
    event = from_kafka_event(KafkaMessage(headers=headers, key=None, value=b"\x00\x01"))
    assert (event.get_id(), event.get_source(), event.get_type(), event.get_time()) == (
        "1",
        "/shop",
        "order.placed",
        WHEN,
    )


def test_a_caused_event_keeps_the_correlation_and_names_its_cause() -> None:
    first = Envelope(id="1", source="/shop", type="order.placed")
    second = first.caused(source="/billing", type="invoice.sent", id="2")
    third = second.caused(source="/mail", type="mail.sent")
    assert (second.correlation_id, second.causation_id) == ("1", "1")
    assert (third.correlation_id, third.causation_id) == ("1", "2")


def test_the_current_span_and_baggage_travel() -> None:
    token = context.attach(baggage.set_baggage("tenant", "a"))
    try:
        with TracerProvider().get_tracer("t").start_as_current_span("send") as span:
            headers = Envelope(source="/s", type="t").to_headers()
            known = span.get_span_context()
    finally:
        context.detach(token)
    received = Envelope.from_headers(headers)
    assert received is not None
    there = received.context()
    assert trace.get_current_span(there).get_span_context().trace_id == known.trace_id
    assert baggage.get_baggage("tenant", there) == "a"


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ([("ce_id", b"1")], "ce_source"),
        ([("ce_id", b"\xff")], "ce_id"),
        (
            [
                ("ce_id", b"1"),
                ("ce_source", b"s"),
                ("ce_type", b"t"),
                ("ce_time", b"x"),
            ],
            "ce_time",
        ),
    ],
)
def test_a_broken_envelope_is_refused_by_name(
    headers: list[tuple[str, bytes]], named: str
) -> None:
    with pytest.raises(InvalidEnvelope, match=named):
        Envelope.from_headers(headers)


def test_a_time_is_written_and_read_as_rfc_3339_has_it() -> None:
    local = Envelope(source="/s", type="t", time=datetime(2024, 1, 1, 12))
    headers = dict(local.to_headers())
    assert datetime.fromisoformat(headers["ce_time"].decode()).tzinfo is not None
    received = Envelope.from_headers(headers)
    assert received is not None
    assert received.time == local.time.astimezone()
    headers["ce_time"] = b"2024-01-01t12:00:00z"
    received = Envelope.from_headers(headers)
    assert received is not None
    assert received.time == datetime(2024, 1, 1, 12, tzinfo=UTC)


def test_a_message_without_one_has_none() -> None:
    assert Envelope.from_headers([("x", b"\xff")]) is None
    assert Envelope.from_headers(None) is None


def test_the_schema_url_is_the_registrys() -> None:
    known = RegisteredSchema(Schema("x"), id=3)
    assert schema_url("http://r/", known) == "http://r/schemas/ids/3"
