"""The versions of a subject as sources: fetched, with their references."""

from __future__ import annotations

from collections.abc import Sequence

from compat import format_named
from registry.cli.judge import Earlier
from registry.cli.workspace import Source
from registry.client import NotFound, RegisteredSchema, RegistryClient

__all__ = ["closure", "history", "source_of"]


def history(client: RegistryClient, subject: str) -> Sequence[Earlier]:
    """Return every version of ``subject``, oldest first; none when it is new."""
    try:
        numbers = client.list_versions(subject)
    except NotFound:
        return ()
    found = (client.get_version(subject, number) for number in numbers)
    return [
        Earlier(f"{subject} version {each.version}", source_of(client, each))
        for each in found
    ]


def source_of(client: RegistryClient, registered: RegisteredSchema) -> Source:
    """Return a stored version with the texts of its references."""
    schema = registered.schema
    path = f"{registered.subject} version {registered.version}"
    texts = closure(client, registered)
    return Source(path, format_named(schema.type), schema.text, texts)


def closure(client: RegistryClient, registered: RegisteredSchema) -> dict[str, str]:
    """Return the texts of all references by name, what others need first."""
    texts: dict[str, str] = {}
    open_ = [("", registered, iter(registered.schema.references))]
    seen: set[str] = set()
    while open_:
        name, schema, left = open_[-1]
        reference = next(left, None)
        if reference is None:
            open_.pop()
            if open_:
                texts[name] = schema.schema.text
        elif reference.name not in seen:
            seen.add(reference.name)
            found = client.get_reference(reference.subject, reference.version)
            open_.append((reference.name, found, iter(found.schema.references)))
    return texts
