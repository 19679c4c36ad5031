"""`/subjects/{subject}/versions`: register, read, delete."""

from __future__ import annotations

from urllib.parse import unquote

from flask import Blueprint, Response

from registry.api import shapes
from registry.api.access import reading, registry, write
from registry.api.bodies import schema_request, tag_request
from registry.api.conditional import revalidated
from registry.api.media import respond, respond_text
from registry.api.params import (
    flag,
    listing,
    optional_flag,
    page,
    text,
    texts,
    version_number,
)
from registry.api.subject_path import follow_aliases
from registry.errors import InvalidVersion
from registry.service import deletion, register, schemas, tagging, versions
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest

blueprint = Blueprint("versions", __name__)
follow_aliases(
    blueprint,
    besides=(
        "versions.register_schema",
        "versions.get_version",
        "versions.get_version_text",
    ),
)


@blueprint.get("/subjects/<segment:subject>/versions")
def list_versions(subject: SubjectName) -> Response:
    """operationId: listVersions."""
    with reading() as session:
        return respond(versions.list_versions(session, subject, listing()))


@blueprint.post("/subjects/<segment:subject>/versions")
def register_schema(subject: SubjectName) -> Response:
    """operationId: registerSchema."""
    dry_run, request = flag("dryRun"), schema_request()
    found = register.register(
        registry(),
        subject,
        request,
        normalize=optional_flag("normalize"),
        force=flag("force"),
        dry_run=dry_run,
        alias=True,
    )
    # What a dry run would have stored can't be loaded to be formatted.
    style = "" if dry_run else text("format") or _style_sent(request)
    content = found.schema.text
    if style:
        with reading() as session:
            content = schemas.text_of(session, found.schema, style)
    shown = shapes.registered(registry().settings, found, content)
    return respond(shown | ({"dryRun": True} if dry_run else {}))


@blueprint.get("/subjects/<segment:subject>/versions/<segment:version>")
def get_version(subject: SubjectName, version: str) -> Response:
    """operationId: getVersion."""
    number = version_number(version)
    with reading() as session:
        found = versions.get_version(
            session, subject, number, deleted=flag("deleted"), alias=True
        )
        shown = shapes.version(
            session,
            found,
            style=text("format") or "",
            qualified_references=text("referenceFormat") == "qualified",
            find_tags=texts("findTags"),
        )
        return revalidated(respond(shown))


@blueprint.get("/subjects/<segment:subject>/versions/<segment:version>/schema")
def get_version_text(subject: SubjectName, version: str) -> Response:
    """operationId: getVersionText."""
    number = version_number(version)
    with reading() as session:
        found = versions.get_version(
            session, subject, number, deleted=flag("deleted"), alias=True
        )
        style = text("format") or ""
        return revalidated(respond_text(schemas.text_of(session, found.schema, style)))


@blueprint.get("/subjects/<segment:subject>/versions/<segment:version>/referencedby")
def referenced_by(subject: SubjectName, version: str) -> Response:
    """operationId: listReferrers."""
    number = version_number(version)
    with reading() as session:
        offset, limit = page(session.settings.page_size)
        found = versions.referenced_by(
            session, subject, number, deleted=flag("deleted")
        )
        return respond(list(found)[offset:][:limit])


@blueprint.delete("/subjects/<segment:subject>/versions/<segment:version>")
def delete_version(subject: SubjectName, version: str) -> Response:
    """operationId: deleteVersion."""
    number, permanent = version_number(version), flag("permanent")
    return respond(
        write(
            lambda s: deletion.delete_version(s, subject, number, permanent=permanent)
        )
    )


@blueprint.post("/subjects/<segment:subject>/versions/<segment:version>/undelete")
def undelete_version(subject: SubjectName, version: str) -> Response:
    """operationId: undeleteVersion."""
    number = version_number(version)
    if number is None:
        # The latest is by definition not deleted.
        raise InvalidVersion(version)
    return respond(write(lambda s: deletion.undelete_version(s, subject, number)))


@blueprint.post("/subjects/<segment:subject>/versions/<segment:version>/tags")
def tag_version(subject: SubjectName, version: str) -> Response:
    """operationId: tagVersion."""
    dry_run = flag("dryRun")
    found = tagging.tag_version(
        registry(), subject, version_number(version), tag_request(), dry_run=dry_run
    )
    shown = shapes.registered(registry().settings, found, found.schema.text)
    return respond(shown | ({"dryRun": True} if dry_run else {}))


@blueprint.get("/subjects/<segment:subject>/metadata")
def find_by_metadata(subject: SubjectName) -> Response:
    """operationId: findByMetadata."""
    pairs = zip(texts("key"), texts("value"), strict=False)
    wanted = [(_spellings(key), _spellings(value)) for key, value in pairs]
    with reading() as session:
        found = versions.find_by_metadata(
            session, subject, wanted, deleted=flag("deleted")
        )
        return respond(shapes.version(session, found, style=text("format") or ""))


def _style_sent(request: SchemaRequest) -> str:
    """Return the style of the text that a client sent, to answer in it.

    Confluent's Protobuf serializers send a descriptor and keep the answer's
    text as the schema of the id; the source of it would be corrupt to them.
    """
    descriptor = request.type == "PROTOBUF" and not {";", "{"} & {*request.text}
    return "serialized" if descriptor else ""


def _spellings(value: str) -> tuple[str, str]:
    # Python clients encode twice, node's once; the second decoding may be one too many.
    return value, unquote(value)
