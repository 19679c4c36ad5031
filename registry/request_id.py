"""The id of a request whose client gave none."""

from __future__ import annotations

import os
from itertools import count

__all__ = ["fresh"]

_prefix = ""
_numbers = count()


def fresh() -> str:
    """Return a UUID that no other call gives, in this process or another.

    RFC 9562's version 8, whose content is ours to choose: 74 bits that are
    random for each process, and a count. All of it random would cost as much
    as the rest of an answer from memory.
    """
    return f"{_prefix}{next(_numbers):012x}"


def _begin() -> None:
    global _prefix, _numbers
    digits = os.urandom(9).hex()
    variant = f"{0x80 | os.urandom(1)[0] & 0x3F:02x}{digits[16:]}"
    _prefix = f"{digits[:8]}-{digits[8:12]}-8{digits[12:15]}-{variant}-"
    _numbers = count()


_begin()
os.register_at_fork(after_in_child=_begin)
