"""Errors about encryption keys; the rest are in `registry.errors`.

Messages name keys, and never hold their material.
"""

from __future__ import annotations

from registry.contract import ErrorCode
from registry.errors import RegistryError

__all__ = [
    "InvalidKey",
    "KeyExists",
    "KeyNotFound",
    "KeyNotSoftDeleted",
    "KeyReferenceExists",
    "KeySoftDeleted",
    "KmsOutOfReach",
    "TooManyKeys",
]


class KeyNotFound(RegistryError):
    """No key has this name, or none that is not deleted."""

    status = 404
    code = ErrorCode.KEY_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"Key '{name}' not found")


class KeyNotSoftDeleted(RegistryError):
    """A permanent delete of a key that was not soft-deleted before."""

    status = 404
    code = ErrorCode.KEY_NOT_SOFT_DELETED

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Key '{name}' was not deleted first before being permanently deleted"
        )


class KeySoftDeleted(RegistryError):
    """A data key can't be restored while its KEK is deleted."""

    status = 404
    code = ErrorCode.KEY_SOFT_DELETED

    def __init__(self, name: str) -> None:
        super().__init__(f"Key '{name}' must be undeleted first")


class KeyExists(RegistryError):
    """There is such a key, with another value or not deleted."""

    status = 409
    code = ErrorCode.KEY_EXISTS

    def __init__(self, name: str) -> None:
        super().__init__(f"Key '{name}' already exists; use a different value")


class TooManyKeys(RegistryError):
    """The registry holds as many KEKs as it may."""

    status = 409
    code = ErrorCode.TOO_MANY_KEYS

    def __init__(self, limit: int) -> None:
        super().__init__(f"A maximum of {limit} keys already exist")


class InvalidKey(RegistryError):
    """A member of a key is missing, or can't be."""

    status = 422
    code = ErrorCode.INVALID_KEY

    def __init__(self, field: str, detail: str = "") -> None:
        more = f": {detail}" if detail else ""
        super().__init__(f"Invalid or missing value for field '{field}' of key{more}")


class KeyReferenceExists(RegistryError):
    """The KEK still wraps data keys."""

    status = 422
    code = ErrorCode.KEY_REFERENCE_EXISTS

    def __init__(self, name: str) -> None:
        super().__init__(f"One or more references exist to the key '{name}'")


class KmsOutOfReach(RegistryError):
    """The server would have to use a KMS, for which it has no credentials."""

    status = 403
    code = ErrorCode.DEK_GENERATION_FORBIDDEN

    def __init__(self, name: str, instead: str) -> None:
        super().__init__(
            f"Key '{name}' can't be used by the registry, which holds no credentials "
            f"of any KMS: {instead}"
        )
