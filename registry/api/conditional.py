"""What clients and proxies may keep, and how they ask whether it still holds.

A schema's content under its id or GUID never changes, since ids are never
reused; it may be kept for ever. A version's number can come again after a
permanent delete, so it is asked for again, and answered with 304.
Source: RFC 9110 (validators), RFC 9111 and RFC 8246 (`immutable`).
"""

from __future__ import annotations

import hashlib

from flask import Response, request

__all__ = ["immutable", "revalidated"]

_YEAR = 365 * 24 * 3600


def immutable(response: Response) -> Response:
    """Let the answer be kept for a year without asking again."""
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return _tagged(response)


def revalidated(response: Response) -> Response:
    """Let the answer be kept, but asked for again each time."""
    response.headers["Cache-Control"] = "no-cache"
    return _tagged(response)


def _tagged(response: Response) -> Response:
    digest = hashlib.sha256(response.get_data())
    digest.update((response.content_type or "").encode())
    response.set_etag(digest.hexdigest()[:32])
    response.headers["Vary"] = "Accept"
    response.make_conditional(request)
    # Werkzeug puts it in; the server in front does so as well.
    response.headers.pop("Date", None)
    return response
