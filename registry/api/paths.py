"""The path as the client sent it: segments decoded once, contexts folded in.

WSGI decodes the path before anyone can split it, so `a%2Fb` would become two
segments. Here the raw target is split first. `/contexts/{c}/...` is folded
into the subject, as in `:.c:subject`; a slash at the end does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from werkzeug.routing import BaseConverter

from registry.errors import RegistryError
from registry.service.names import context_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["PATH_ERROR", "RawPath", "SchemaId", "Segment", "folded"]

PATH_ERROR = "dovetail.path_error"
"""Where the environment keeps an error that the path itself caused."""

# What means the same encoded or not (RFC 3986, 2.3), and the colon of
# `/associations:batchGet`: encoded it would match no route.
_NEEDLESS = re.compile(
    "%(?:2[DE]|3[0-9A]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE
)


class Segment(BaseConverter):
    """One segment of the path, percent-decoded once; it may hold a slash."""

    regex = "[^/]*"
    part_isolating = True

    def to_python(self, value: str) -> str:
        """Return the segment decoded."""
        return unquote(value, errors="replace")

    def to_url(self, value: Any) -> str:
        """Return the segment encoded."""
        return quote(str(value), safe="")


class SchemaId(BaseConverter):
    """A whole number; one below zero is an id that nothing has."""

    regex = "-?[0-9]{1,40}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)


class RawPath:
    """WSGI middleware that routes by the raw request target."""

    def __init__(self, app: WSGIApplication) -> None:
        """Wrap ``app``, which then sees the path still percent-encoded."""
        self._app = app

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Rewrite the path, and pass the request on."""
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if target:
            raw, _, query = target.partition("?")
            if "://" in raw:
                raw = "/" + raw.split("://", 1)[1].partition("/")[2]
        else:
            raw = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
            query = environ.get("QUERY_STRING", "")
        try:
            path, query = folded(raw, query)
        except RegistryError as error:
            environ[PATH_ERROR] = error
            path = raw
        environ["PATH_INFO"], environ["QUERY_STRING"] = path, query
        environ["SCRIPT_NAME"] = ""
        return self._app(environ, start_response)


def folded(path: str, query: str) -> tuple[str, str]:
    """Return path and query with a leading context folded in.

    Raises what `context_name` does.
    """
    path = path.partition("#")[0]
    if "%" in path:
        path = _NEEDLESS.sub(lambda found: unquote(found[0]), path)
    if len(path) > 1 and path.endswith("/"):
        path = path[:-1]
    segments = path.split("/")[1:]
    if len(segments) < 3 or segments[0] != "contexts":
        return path, query
    context = context_name(unquote(segments[1]))
    prefix = "" if context == "." else quote(f":{context}:", safe=":.")
    return _inside(prefix or ":.:", segments[2:], query)


def _inside(prefix: str, rest: list[str], query: str) -> tuple[str, str]:
    match rest:
        case ["subjects"]:
            return "/subjects", _with(query, "subjectPrefix", prefix)
        case ["schemas"]:
            return "/schemas", _with(query, "subjectPrefix", prefix)
        case ["schemas", "ids", _, *_]:
            return "/" + "/".join(rest), _with(query, "subject", prefix)
        case ["subjects", subject, *more]:
            return "/" + "/".join(
                ["subjects", _qualified(prefix, subject), *more]
            ), query
        case ["compatibility", "subjects", subject, *more]:
            parts = ["compatibility", "subjects", _qualified(prefix, subject), *more]
            return "/" + "/".join(parts), query
        case ["config" | "mode" as kind]:
            return f"/{kind}/{prefix}", query
        case ["config" | "mode" as kind, subject]:
            return f"/{kind}/{_qualified(prefix, subject)}", query
        case ["dek-registry", "v1", "keks"]:
            return "/" + "/".join(rest), _with(query, "subjectPrefix", prefix)
        case ["dek-registry", *_] | ["associations", *_]:
            return "/" + "/".join(rest), _with(query, "context", prefix)
    return "/" + "/".join(rest), query


def _qualified(prefix: str, subject: str) -> str:
    named = unquote(subject)
    if named.startswith((":.", ":*:")):
        return subject
    return subject if prefix == ":.:" else prefix + subject


def _with(query: str, name: str, prefix: str) -> str:
    """Put the context before the query's own value of ``name``."""
    parts = [part for part in query.split("&") if part]
    for i, part in enumerate(parts):
        key, _, value = part.partition("=")
        if key == name:
            parts[i] = f"{name}={_qualified(prefix, value)}"
            return "&".join(parts)
    return "&".join([*parts, f"{name}={prefix}"])
