"""Which subject the schema of a topic's key or value belongs to."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from registry.client._errors import RegistryError
from registry.client._exchange import Steps
from registry.client._operations.contexts import get_associations
from registry.client.serdes._errors import SerdeError

__all__ = ["NameSubject", "Strategy", "subject_steps"]

NameSubject = Callable[[str, str, str | None], str]
"""Given the topic, ``key`` or ``value``, and the record's name: the subject."""

WITHOUT_ASSOCIATIONS = (404, 405, 501)
"""What a registry that has no associations answers when it is asked for some."""


class Strategy(StrEnum):
    """Confluent's strategies, by the names they have in its settings."""

    TOPIC = "TOPIC"
    RECORD = "RECORD"
    TOPIC_RECORD = "TOPIC_RECORD"
    ASSOCIATED = "ASSOCIATED"

    @property
    def by_record(self) -> bool:
        """Whether one topic holds records of several subjects."""
        return self in (Strategy.RECORD, Strategy.TOPIC_RECORD)


def subject_steps(
    strategy: Strategy | NameSubject,
    topic: str,
    field: str,
    record: str | None,
    *,
    namespace: str = "-",
    fallback: Strategy | None = Strategy.TOPIC,
) -> Steps[str]:
    """Return the subject; only associations take a request.

    Without an association, ``fallback`` names the subject; None refuses.
    """
    if field not in ("key", "value"):
        raise ValueError(f"field cannot be {field!r}: it is key or value")
    if not isinstance(strategy, Strategy):
        return _given(strategy(topic, field, record), topic)
    if strategy is not Strategy.ASSOCIATED:
        return _named(strategy, topic, field, record)
    try:
        found = yield get_associations(topic, namespace=namespace, type=field)
    except RegistryError as error:
        # Anything else leaves open which subject it is: another one is no answer.
        if error.status not in WITHOUT_ASSOCIATIONS:
            raise
        found = []
    if len(found) > 1:
        raise SerdeError(f"topic {topic!r} is associated with {len(found)} subjects")
    if found:
        return str(found[0].subject)
    if fallback is None:
        raise SerdeError(f"topic {topic!r} is not associated with a subject")
    return _named(fallback, topic, field, record)


def _given(subject: object, topic: str) -> str:
    if not isinstance(subject, str) or not subject:
        raise SerdeError(
            f"subject.name.strategy gave {subject!r} for topic {topic!r}, which is no "
            "subject"
        )
    return subject


def _named(strategy: Strategy, topic: str, field: str, record: str | None) -> str:
    if not strategy.by_record:
        return f"{topic}-{field}"
    if record is None:
        raise SerdeError(f"strategy {strategy} needs a schema with a name")
    return record if strategy is Strategy.RECORD else f"{topic}-{record}"
