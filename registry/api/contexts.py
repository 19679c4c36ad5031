"""`/contexts`."""

from __future__ import annotations

from flask import Blueprint, Response

from registry.api.access import reading, write
from registry.api.media import no_content, respond
from registry.api.params import page, text
from registry.service import contexts
from registry.service.names import context_name

blueprint = Blueprint("contexts", __name__)


@blueprint.get("/contexts")
def list_contexts() -> Response:
    """operationId: listContexts."""
    offset, limit = page()
    with reading() as session:
        prefix = text("contextPrefix") or ""
        return respond(contexts.list_contexts(session, prefix, offset, limit))


@blueprint.delete("/contexts/<segment:context>")
def delete_context(context: str) -> Response:
    """operationId: deleteContext."""
    name = context_name(context)
    write(lambda s: contexts.delete_context(s, name))
    return no_content()
