"""Contexts, associations and the server itself."""

from __future__ import annotations

from typing import Any

from registry.client._operations._operation import (
    Keep,
    Operation,
    flags,
    get,
    segment,
    send,
)
from registry.client._types import Association

__all__ = [
    "delete_context",
    "get_associations",
    "get_cluster_id",
    "get_server_version",
    "list_contexts",
]


def list_contexts() -> Operation[list[str]]:
    """The names of all contexts; the default one is ``.``."""
    return get("/contexts", list)


def delete_context(context: str) -> Operation[None]:
    """Delete an empty context."""
    return send("DELETE", f"/contexts/{segment(context)}", _nothing)


def get_associations(
    topic: str, *, namespace: str = "-", type: str = "value"
) -> Operation[list[Association]]:
    """The subjects bound to ``topic``; ``-`` is any namespace."""
    path = f"/associations/resources/{segment(namespace)}/{segment(topic)}"
    query = flags(resourceType="topic", associationType=type)
    return get(path, _associations, query, Keep.LATEST)


def get_cluster_id() -> Operation[dict[str, Any]]:
    """The clusters this registry belongs to."""
    return get("/v1/metadata/id", dict)


def get_server_version() -> Operation[dict[str, Any]]:
    """The server's version and commit."""
    return get("/v1/metadata/version", dict)


def _associations(body: Any) -> list[Association]:
    return [Association.from_json(each) for each in body]


def _nothing(_body: Any) -> None:
    return None
