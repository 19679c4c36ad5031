"""The registry that a command talks to: where it is, and what its errors mean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.cli.console import Failure, Incompatible, Misuse
from registry.cli.project import Project
from registry.cli.scene import project_of
from registry.client import (
    ClientError,
    IncompatibleSchema,
    NotAllowed,
    RegistryClient,
    RegistryUnavailable,
)

__all__ = ["connected", "url_of"]

_ENVIRONMENT = ("DOVETAIL_REGISTRY_URL", "SCHEMA_REGISTRY_URL")
_USER_INFO = (
    "DOVETAIL_REGISTRY_USER_INFO",
    "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO",
)
_TOKEN = "DOVETAIL_REGISTRY_TOKEN"  # noqa: S105 - a variable's name
_CA = "DOVETAIL_REGISTRY_CA"


def url_of(option: str | None, project: Project | None = None) -> str:
    """Return the registry's URL: the option's, the environment's, the project's."""
    if option:
        return option
    for name in _ENVIRONMENT:
        if value := os.environ.get(name):
            return value
    project = project or project_of(Path.cwd(), None, isolated=False)
    if project.registry:
        return project.registry
    raise Misuse(
        "no registry is named",
        advice="Pass --registry URL, set DOVETAIL_REGISTRY_URL, or add "
        "registry to dovetail.toml.",
    )


@contextmanager
def connected(
    option: str | None, project: Project | None = None
) -> Iterator[RegistryClient]:
    """Give a client; its errors become a `Failure` that says what to do.

    Credentials come from the environment or the URL, and are never shown.
    """
    settings: dict[str, str] = {"url": url_of(option, project)}
    settings["cache.latest.ttl.sec"] = "0"
    for name in _USER_INFO:
        if value := os.environ.get(name):
            settings.setdefault("basic.auth.user.info", value)
    if token := os.environ.get(_TOKEN):
        settings["bearer.auth.credentials.source"] = "STATIC_TOKEN"
        settings["bearer.auth.token"] = token
    if ca := os.environ.get(_CA):
        settings["ssl.ca.location"] = ca
    try:
        client = RegistryClient(settings)
    except ValueError as error:
        raise Misuse(str(error)) from None
    try:
        with client:
            yield client
    except ClientError as error:
        raise _failure(error) from None


def _failure(error: ClientError) -> Failure:
    if isinstance(error, RegistryUnavailable):
        advice = "Is the URL right, and is the registry running?"
    elif isinstance(error, NotAllowed):
        advice = f"Set {_USER_INFO[0]} to user:password, or {_TOKEN}."
    elif isinstance(error, IncompatibleSchema):
        return _incompatible(error)
    else:
        advice = ""
    return Failure(str(error), advice=advice)


def _incompatible(error: IncompatibleSchema) -> Failure:
    lines = [
        f"  {each.rule} at {each.path or '/'}: {each.message}"
        for each in error.findings
    ]
    # A registry that is not Dovetail gives its reasons in the message alone.
    message = "\n".join(("the registry refuses the schema", *lines))
    return Incompatible(
        message if lines else str(error),
        advice="dovetail check --against-registry says why, with examples.",
    )
