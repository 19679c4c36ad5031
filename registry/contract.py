"""What both ends of the wire must agree on: codes, media types, framing.

Source: Confluent's documented REST API; the numbers are its `error_code`s.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["MAGIC_GUID", "MAGIC_ID", "MEDIA_TYPES", "VND_V1", "ErrorCode"]

VND_V1 = "application/vnd.schemaregistry.v1+json"
VND = "application/vnd.schemaregistry+json"
JSON = "application/json"
OCTET_STREAM = "application/octet-stream"

MEDIA_TYPES = (VND_V1, VND, JSON)
"""What an answer may be, the preferred one first."""

REQUEST_TYPES = frozenset({VND_V1, VND, JSON, OCTET_STREAM})
"""What a request body may claim to be; some clients send the last by default."""

MAGIC_ID = 0
"""First byte of a payload that is framed by a 4-byte big-endian schema id."""

MAGIC_GUID = 1
"""First byte of a header that holds a 16-byte schema GUID."""


class ErrorCode(IntEnum):
    """The `error_code` of an answer; the first three digits are its status."""

    DEK_GENERATION_FORBIDDEN = 40370
    SUBJECT_NOT_FOUND = 40401
    VERSION_NOT_FOUND = 40402
    SCHEMA_NOT_FOUND = 40403
    SUBJECT_SOFT_DELETED = 40404
    SUBJECT_NOT_SOFT_DELETED = 40405
    VERSION_SOFT_DELETED = 40406
    VERSION_NOT_SOFT_DELETED = 40407
    SUBJECT_CONFIG_NOT_FOUND = 40408
    SUBJECT_MODE_NOT_FOUND = 40409
    ASSOCIATION_NOT_FOUND = 40410
    KEY_NOT_FOUND = 40470
    KEY_NOT_SOFT_DELETED = 40471
    KEY_SOFT_DELETED = 40472
    INCOMPATIBLE_SCHEMA = 40901
    TOO_MANY_ASSOCIATIONS = 40902
    ASSOCIATION_FOR_RESOURCE_EXISTS = 40903
    ASSOCIATION_FOR_SUBJECT_EXISTS = 40904
    STRONG_ASSOCIATION_EXISTS = 40905
    NO_ACTIVE_VERSION = 40907
    ASSOCIATION_FROZEN = 40908
    KEY_EXISTS = 40971
    TOO_MANY_KEYS = 40972
    INVALID_SCHEMA = 42201
    INVALID_VERSION = 42202
    INVALID_LEVEL = 42203
    INVALID_MODE = 42204
    OPERATION_NOT_PERMITTED = 42205
    REFERENCE_EXISTS = 42206
    ID_DOES_NOT_MATCH = 42207
    INVALID_SUBJECT = 42208
    SCHEMA_TOO_LARGE = 42209
    INVALID_RULE_SET = 42210
    CONTEXT_NOT_EMPTY = 42211
    INVALID_ASSOCIATION = 42212
    INVALID_KEY = 42271
    KEY_REFERENCE_EXISTS = 42272
    STORE_ERROR = 50001
    STORE_TIMEOUT = 50002
    FORWARDING_FAILED = 50003
    LEADER_UNKNOWN = 50004
    DEK_GENERATION_FAILED = 50070
