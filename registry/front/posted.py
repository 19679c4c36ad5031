"""Requests by POST that ask more than they change, and what their answers are of.

A schema that is registered again is only found, a lookup and a check only read:
while nothing is committed, the same request has the same answer. A fleet that
starts sends each of them many times.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from registry.front.wanted import Key

__all__ = ["LONGEST_BODY", "key_of", "repeats"]

LONGEST_BODY = 64 * 1024
"""Bytes; what is longer goes to Flask without being looked for."""

_KEPT = (b"/subjects/", b"/compatibility", b"/contexts/")
# A dry run's answer has the time of day.
_NEVER = b"dryRun"
_READ = (b"accept", b"content-type")
_FOR_FLASK = frozenset(
    {b"content-encoding", b"expect", b"upgrade", b"if-match", b"if-none-match"}
)


def repeats(target: bytes) -> bool:
    """Whether answers to POST of this target depend on the database alone.

    One that changed something is of a state that is gone with it, so it is
    never given again.
    """
    return target.startswith(_KEPT) and _NEVER not in target


def key_of(
    target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> Key | None:
    """Return what the answer is of; None when only Flask can answer.

    ``headers`` are names in lower case and values.
    """
    if not 0 < len(body) <= LONGEST_BODY:
        return None
    read: dict[bytes, list[bytes]] = {name: [] for name in _READ}
    for name, value in headers:
        if name in _FOR_FLASK:
            return None
        if name in read:
            read[name].append(value)
    given = b"\n".join(b",".join(read[name]) for name in _READ)
    return target, given + b"\n" + blake2b(body, digest_size=32).digest()
