"""A schema file on its way to a registry: its text, type and references."""

from __future__ import annotations

from collections.abc import Sequence

from registry.cli.console import Failure, Misuse
from registry.cli.scene import scene
from registry.client import NotFound, RegistryClient, Schema, SchemaReference

__all__ = ["read_schema", "subject_for"]


def read_schema(
    client: RegistryClient,
    file: str,
    type: str | None,
    references: Sequence[str],
) -> Schema:
    """Return ``file`` as the registry takes it.

    ``references`` are ``NAME=SUBJECT:VERSION``, the version ``latest`` by
    default. Any other name that the text uses is looked for in the files
    around it: a file that the project maps to a subject is looked up there.
    """
    place = scene((file,), type=type)
    path = place.file
    source = place.workspace.source(path)
    if source is None:
        raise Misuse(
            f"{file}: not known to be a schema",
            advice="Say which format it is with --type.",
        )
    given = {each.name: each for each in (_parsed(client, r) for r in references)}
    found = list(given.values())
    for name in source.direct:
        if name in given:
            continue
        where = source.found_at[name]
        subject = place.project.settings(place.workspace.inside(where)).subject
        if subject is None:
            raise Failure(
                f"{file} refers to {name} in {where}, which has no subject",
                advice=f"Pass --reference '{name}=SUBJECT:VERSION', or map {where} "
                "to a subject in dovetail.toml.",
            )
        inner = read_schema(client, place.shown(where), source.format.name, ())
        try:
            known = client.lookup(subject.value, inner)
        except NotFound:
            raise Failure(
                f"{file} refers to {name} in {where}, which subject {subject.value} "
                "does not have",
                advice=f"Register {place.shown(where)} first.",
            ) from None
        found.append(SchemaReference(name, subject.value, known.version or 0))
    return Schema(source.text, source.format.name, tuple(found))


def subject_for(file: str, option: str | None) -> str:
    """Return the subject of ``file``: the option's, or the project file's."""
    if option == "":
        raise Misuse("the subject is empty", advice="Is a variable of --subject set?")
    if option is not None:
        return option
    place = scene((file,))
    subject = place.project.settings(place.workspace.inside(place.file)).subject
    if subject is None:
        raise Misuse(
            f"no subject is known for {file}",
            advice="Pass --subject, or map the file in dovetail.toml.",
        )
    return subject.value


def _parsed(client: RegistryClient, text: str) -> SchemaReference:
    name, equals, target = text.partition("=")
    subject, _, version = target.rpartition(":")
    if not equals or not target:
        raise Misuse(f"{text}: a reference is NAME=SUBJECT:VERSION")
    if not version.isdigit() and version != "latest":
        subject, version = target, "latest"
    if version == "latest":
        return SchemaReference(name, subject, client.get_latest(subject).version or 0)
    return SchemaReference(name, subject, int(version))
