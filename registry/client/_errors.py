"""Errors of the client; all carry what the registry said.

* ClientError
  - RegistryUnavailable      no answer from any address
  - BadAnswer                an answer that is not the registry's
  - RegistryError            an answer with an error code
    + NotFound               404
    + NotAllowed             401, 403
    + IncompatibleSchema     409, with the findings
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compat.verdict import Finding
from registry.client._findings import findings_from
from registry.contract import ErrorCode

__all__ = [
    "BadAnswer",
    "ClientError",
    "IncompatibleSchema",
    "NotAllowed",
    "NotFound",
    "RegistryError",
    "RegistryUnavailable",
    "error_from",
]


class ClientError(Exception):
    """The base of every error that the client raises on purpose."""


class RegistryUnavailable(ClientError):
    """No address of the registry gave an answer.

    ``request`` is the method and path, ``reasons`` says per address why.
    """

    def __init__(self, request: str, reasons: Mapping[str, str]) -> None:
        self.request = request
        self.reasons = dict(reasons)
        tried = "; ".join(f"{url}: {why}" for url, why in self.reasons.items())
        super().__init__(f"the registry cannot be reached for {request} ({tried})")


class BadAnswer(ClientError):
    """An answer that no registry gives, from a proxy or a wrong address."""


class RegistryError(ClientError):
    """An answer with an error code.

    ``status`` is HTTP's, ``code`` the registry's `error_code`, ``body`` the
    whole answer.
    """

    def __init__(
        self, status: int, code: int, message: str, body: Mapping[str, Any]
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.body = body
        super().__init__(f"{message} (HTTP {status}, code {code})")


class NotFound(RegistryError):
    """The subject, version, schema or setting does not exist."""


class NotAllowed(RegistryError):
    """The credentials are missing, wrong, or not enough for this."""


class IncompatibleSchema(RegistryError):
    """The subject's level forbids the schema.

    ``findings`` say each reason, with a witness where one exists; they are
    empty when the registry is not Dovetail, and the message says it then.
    """

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of the answer."""
        return findings_from(self.body)


def error_from(status: int, body: Mapping[str, Any]) -> RegistryError:
    """Return the error that an answer with ``status`` stands for."""
    code = body.get("error_code")
    code = code if isinstance(code, int) else status
    message = str(body.get("message") or f"HTTP {status}")
    return _kind(status, code)(status, code, message, body)


def _kind(status: int, code: int) -> type[RegistryError]:
    # Registries up to 7.x answered 409 where later ones answer 40901.
    if code in (409, ErrorCode.INCOMPATIBLE_SCHEMA):
        return IncompatibleSchema
    if status in (401, 403):
        return NotAllowed
    return NotFound if status == 404 else RegistryError
