"""What of a request's headers an answer from memory depends on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Conditions"]

# A body, or a condition that is Flask's to judge.
_FOR_FLASK = frozenset(
    {b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"if-match"}
)
_READ = frozenset({b"accept", b"if-none-match", b"x-request-id"})


class Conditions(NamedTuple):
    """Three headers, empty where the client sent none."""

    accept: bytes = b""
    if_none_match: bytes = b""
    request_id: bytes = b""

    @classmethod
    def of(cls, headers: Iterable[tuple[bytes, bytes]]) -> Conditions | None:
        """Read names in lower case and values; None when only Flask can answer.

        Of a header that was sent twice all values count, as WSGI joins them.
        """
        found: dict[bytes, bytes] = {}
        for name, value in headers:
            if name in _READ:
                found[name] = found[name] + b"," + value if name in found else value
            elif name in _FOR_FLASK:
                return None
        if not found:
            return _NONE
        return cls(
            found.get(b"accept", b""),
            found.get(b"if-none-match", b""),
            found.get(b"x-request-id", b"").strip(),
        )


_NONE = Conditions()
