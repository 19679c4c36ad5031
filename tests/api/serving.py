"""The application over one database, called as a client calls it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Flask

from registry.api import create_app
from registry.service.session import Registry
from registry.settings import Settings

__all__ = ["Api", "application", "avro", "segment"]

TYPE = "application/vnd.schemaregistry.v1+json"


def application(database: str, **settings: Any) -> Flask:
    """Return the application over a migrated database."""
    return create_app(Registry(Settings(database_url=database, **settings)))


def close(app: Flask) -> None:
    """Close the application's connections."""
    registry: Registry = app.extensions["dovetail"]
    registry.database.close()


class Api:
    """Calls that return status and body, the moments of registering left out."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http = app.test_client()

    def get(self, path: str, **options: Any) -> tuple[int, Any]:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """POST a JSON body."""
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """PUT a JSON body."""
        return self.call("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> tuple[int, Any]:
        """DELETE."""
        return self.call("DELETE", path, **options)

    def call(
        self, method: str, path: str, body: Any = None, **options: Any
    ) -> tuple[int, Any]:
        """Return status and body: parsed JSON, or the text when it is not JSON."""
        if body is not None:
            options["data"] = json.dumps(body)
            options.setdefault("content_type", TYPE)
        response = self.http.open(path, method=method, **options)
        text = response.get_data(as_text=True)
        if not text:
            return response.status_code, None
        try:
            return response.status_code, _timeless(json.loads(text))
        except ValueError:
            return response.status_code, text

    def register(self, subject: str, schema: Any, **more: Any) -> dict[str, Any]:
        """Register a schema and return the answer; it must succeed."""
        query = "?" + more.pop("query") if "query" in more else ""
        status, body = self.post(
            f"/subjects/{segment(subject)}/versions{query}", avro(schema, **more)
        )
        assert status == 200, body
        found: dict[str, Any] = body
        return found


def avro(schema: Any, **more: Any) -> dict[str, Any]:
    """Return a request body for a schema given as text or as a JSON value."""
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return {"schema": text, **more}


def segment(subject: str) -> str:
    """Return a subject as a segment of a path."""
    return quote(subject, safe=":.")


def _timeless(value: Any) -> Any:
    if isinstance(value, list):
        return [_timeless(each) for each in value]
    if isinstance(value, dict) and "ts" in value:
        if "id" not in value:
            assert value["ts"] > 1_700_000_000_000
            return {k: v for k, v in value.items() if k != "ts"}
        moment = datetime.fromisoformat(value["createdAt"])
        assert round(moment.timestamp() * 1000) == value["ts"]
        return {k: v for k, v in value.items() if k not in ("ts", "createdAt")}
    return value
