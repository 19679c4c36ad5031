"""The least that a WSGI application does: one constant answer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BODY = b"x" * int(os.environ["BODY_SIZE"])
_HEADERS = [("Content-Length", str(len(_BODY)))]


def application(
    _environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer."""
    start_response("200 OK", list(_HEADERS))
    return [_BODY]
