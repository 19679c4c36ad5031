"""A program that becomes another program, which then dies with the tests.

Used as ``python launch.py SIGNAL USER PROGRAM [ARGUMENT ...]``. The process keeps
its pid: it gives up root for ``USER`` (an empty string: no change), asks Linux to be
sent ``SIGNAL`` when its parent dies, and becomes ``PROGRAM``. So neither a killed
test run nor a crashed worker leaves a server behind.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import sys

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1  # prctl(2)


def main(signal: str, user: str, *command: str) -> None:
    """Become ``command``."""
    if user:
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    # After setuid, which would clear it. Only Linux has it; elsewhere the fixtures'
    # own clean-up has to do.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal))
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
