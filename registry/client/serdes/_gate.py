"""The gate: no message is written with a schema that its readers could not read."""

from __future__ import annotations

from registry.client._errors import IncompatibleSchema, NotAllowed, NotFound
from registry.client._exchange import Steps
from registry.client._operations.compatibility import check
from registry.client._operations.schemas import get_schema
from registry.client._operations.subjects import (
    get_latest,
    get_latest_with_metadata,
    lookup,
    register,
)
from registry.client._types import RegisteredSchema, Schema
from registry.client.serdes._errors import SchemaNotRegistered, SchemaRefused
from registry.client.serdes._options import SerializerOptions

__all__ = ["admitted_steps", "own_steps"]


def admitted_steps(
    options: SerializerOptions,
    subject: str,
    schema: Schema | None,
    *,
    format: str | None = None,
) -> Steps[RegisteredSchema]:
    """Return the registered schema to write with, or refuse.

    Raises `SchemaRefused` with the findings when the subject's level forbids
    ``schema``, `SchemaNotRegistered` when it may not be registered from here.
    ``format`` is how a schema that comes from the registry is asked for.
    """
    if options.uses_registered:
        try:
            return (yield from _registered_steps(options, subject, format))
        except NotFound as error:
            raise SchemaNotRegistered(subject, error.message) from error
    if schema is None:
        raise ValueError(
            "a serializer without a schema needs use.latest.version, use.schema.id "
            "or use.latest.with.metadata"
        )
    return (yield from own_steps(options, subject, schema))


def _registered_steps(
    options: SerializerOptions, subject: str, format: str | None
) -> Steps[RegisteredSchema]:
    if options.use_schema_id is None:
        found = yield (
            get_latest(subject, format=format)
            if options.use_metadata is None
            else get_latest_with_metadata(subject, options.use_metadata, format=format)
        )
        return found  # type: ignore[no-any-return]
    found = yield get_schema(options.use_schema_id, subject=subject, format=format)
    # An id names any schema; only one that the subject has passed its level.
    yield lookup(subject, found.schema, deleted=True)
    return found  # type: ignore[no-any-return]


def own_steps(
    options: SerializerOptions, subject: str, schema: Schema
) -> Steps[RegisteredSchema]:
    """Look ``schema`` up, or register it where that is allowed, or refuse."""
    # Looked up first: that takes no right to write, and is never refused.
    try:
        found = yield lookup(subject, schema, normalize=options.normalize)
        return found  # type: ignore[no-any-return]
    except NotFound:
        pass
    if not options.auto_register:
        yield from _refuse(options, subject, schema, "auto.register.schemas is off")
    try:
        found = yield register(subject, schema, normalize=options.normalize)
        return found  # type: ignore[no-any-return]
    except IncompatibleSchema as error:
        raise SchemaRefused(subject, error.findings, (error.message,)) from error
    except NotAllowed as error:
        raise SchemaNotRegistered(
            subject, f"and the registry does not let it be registered: {error}"
        ) from error


def _refuse(
    options: SerializerOptions, subject: str, schema: Schema, why: str
) -> Steps[None]:
    """Say whether the schema is only missing, or could never be registered."""
    answer = yield check(subject, schema, normalize=options.normalize)
    if not answer.compatible:
        raise SchemaRefused(subject, answer.findings, answer.messages)
    raise SchemaNotRegistered(
        subject, f"it is compatible, but nobody registered it, and {why}"
    )
