"""The texts that a schema names, fetched in the order in which they are needed."""

from __future__ import annotations

from registry.client._exchange import Steps
from registry.client._operations.subjects import get_reference
from registry.client._types import Schema
from registry.client.serdes._errors import UnusableSchema

__all__ = ["closure_steps"]

MOST = 1_000
"""More schemas than this in one closure are refused."""


def closure_steps(
    schema: Schema, *, format: str | None = None
) -> Steps[dict[str, str]]:
    """Return the texts of the transitive closure by name, what others need first."""
    texts: dict[str, str] = {}
    yield from _gather(schema, texts, format, 0)
    return texts


def _gather(
    schema: Schema, texts: dict[str, str], format: str | None, depth: int
) -> Steps[None]:
    if depth > 50 or len(texts) > MOST:
        raise UnusableSchema("the schema's references go too deep")
    for each in schema.references:
        if each.name in texts:
            continue
        found = yield get_reference(each.subject, each.version, format=format)
        yield from _gather(found.schema, texts, format, depth + 1)
        texts.setdefault(each.name, found.schema.text)
