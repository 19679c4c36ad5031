"""A plain Flask and SQLAlchemy application: one statement a request.

It answers `latest` from our tables; for a registration it inserts one row, unread.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, abort, jsonify, request
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    insert,
    select,
)

_ENGINE = create_engine(os.environ["DATABASE"], pool_size=10)
_SCHEMA = MetaData()
_VERSIONS = Table("versions", _SCHEMA, autoload_with=_ENGINE)
_SUBJECTS = _SCHEMA.tables["subjects"]
_SCHEMAS = _SCHEMA.tables["schemas"]
_LATEST = (
    select(
        _SUBJECTS.c.name.label("subject"),
        _VERSIONS.c.number.label("version"),
        _SCHEMAS.c.id,
        _SCHEMAS.c.guid,
        _SCHEMAS.c.type,
        _SCHEMAS.c.text,
    )
    .join(_SUBJECTS, _SUBJECTS.c.id == _VERSIONS.c.subject_id)
    .join(_SCHEMAS, _SCHEMAS.c.key == _VERSIONS.c.schema_key)
    .where(_VERSIONS.c.number == _SUBJECTS.c.latest)
)
_ROWS = Table(
    "plain_inserts",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
)
_ROWS.create(_ENGINE, checkfirst=True)
# The workers are forked after this.
_ENGINE.dispose()

app = Flask(__name__)


@app.get("/subjects/<subject>/versions/latest")
def latest(subject: str) -> Any:
    """Answer from one query."""
    with _ENGINE.connect() as connection:
        row = connection.execute(_LATEST.where(_SUBJECTS.c.name == subject)).first()
    if row is None:
        abort(404)
    return jsonify(
        subject=row.subject,
        version=row.version,
        id=row.id,
        guid=row.guid,
        schemaType=row.type,
        schema=row.text,
    )


@app.post("/subjects/<subject>/versions")
def add(subject: str) -> Any:
    """Insert the schema's text as one row, in a transaction of its own."""
    text = request.get_json()["schema"]
    with _ENGINE.begin() as connection:
        added = connection.execute(insert(_ROWS), {"text": text})
    (id,) = added.inserted_primary_key
    return jsonify(id=id, subject=subject)
