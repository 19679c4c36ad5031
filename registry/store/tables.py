"""The tables, as SQLAlchemy Core describes them.

Ids and version numbers are unique by constraint. That the same content gets
one id in a context is kept by `contexts.lock_ids`, not by a constraint: an
import may bring one content under two ids. A subject row exists exactly
while it has a version row.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

__all__ = [
    "associations",
    "configs",
    "contexts",
    "deks",
    "deletions",
    "keks",
    "metadata",
    "modes",
    "schema_references",
    "schemas",
    "subjects",
    "verdicts",
    "versions",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a rowid alias, which it can count up by itself, of INTEGER alone.
_KEY = BigInteger().with_variant(Integer(), "sqlite")

# Names sort by code point in SQLite; a PostgreSQL collation would sort otherwise.
_NAME = Text().with_variant(Text(collation="C"), "postgresql")

contexts = Table(
    "contexts",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("name", _NAME, nullable=False, unique=True),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("last_schema_id", BigInteger, nullable=False, server_default="0"),
    Column("listing", BigInteger, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
"""`last_schema_id` is the highest id ever allotted; it never goes down.

A deleted context keeps its row, inactive, so that its ids stay used up. `listing`
goes up, by triggers, whenever one of its subjects gets its first live version, loses
the last one, or goes: a subject's row comes without any.
"""

subjects = Table(
    "subjects",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("context_id", ForeignKey("contexts.id"), nullable=False),
    Column("name", _NAME, nullable=False, unique=True),
    Column("bare_name", _NAME, nullable=False, index=True),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("live", Integer, nullable=False, server_default="0"),
    Column("latest", Integer),
    Index("ix_subjects_context_id_name", "context_id", "name"),
    sqlite_autoincrement=True,
)
"""`name` is qualified (`:.ctx:name`; in the default context `bare_name` itself).

`live` counts the undeleted versions and `latest` is the highest of them;
`revision` goes up with every change to the subject's versions.
"""

schemas = Table(
    "schemas",
    metadata,
    Column("key", _KEY, primary_key=True),
    Column("context_id", ForeignKey("contexts.id"), nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("guid", Text, nullable=False, index=True),
    Column("digest", Text, nullable=False),
    Column("likeness", Text, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("refs", Text),
    Column("metadata", Text),
    Column("rule_set", Text),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("context_id", "id"),
    Index("ix_schemas_context_id_digest", "context_id", "digest"),
    sqlite_autoincrement=True,
)
"""Content, found again by what it holds.

`id` is the public schema id, unique in its context; `key` is ours and never
reused, so caches may keep it for ever. `digest` is over all content and the
type; `likeness` over what makes two spellings the same schema; `guid` is
Confluent's hash. `refs`, `metadata` and `rule_set` are JSON
texts. `created_at` is in milliseconds since 1970.
"""

schema_references = Table(
    "schema_references",
    metadata,
    Column(
        "schema_key", ForeignKey("schemas.key", ondelete="CASCADE"), primary_key=True
    ),
    Column("position", Integer, primary_key=True),
    Column("subject", _NAME, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_schema_references_subject_version", "subject", "version"),
)
"""Who refers to what, for the way back; `subject` is qualified."""

versions = Table(
    "versions",
    metadata,
    Column(
        "subject_id", ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("number", Integer, primary_key=True),
    Column("schema_key", ForeignKey("schemas.key"), nullable=False, index=True),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Column("created_at", BigInteger, nullable=False),
)

configs = Table(
    "configs",
    metadata,
    Column("scope", _NAME, primary_key=True),
    Column("body", Text, nullable=False),
)
"""`scope` is a qualified subject, `:.ctx:` for a context; `body` is JSON."""

modes = Table(
    "modes",
    metadata,
    Column("scope", _NAME, primary_key=True),
    Column("mode", Text, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
"""What the engine answered for a pair, where that was dear; never changed.

`digest` is over all that the answer depends on, the engine's version too, so
rows of older engines are only unused.
"""

associations = Table(
    "associations",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("guid", Text, nullable=False),
    Column("subject", _NAME, nullable=False, index=True),
    Column("resource_namespace", _NAME, nullable=False),
    Column("resource_name", _NAME, nullable=False),
    Column("resource_id", _NAME, nullable=False),
    Column("resource_type", _NAME, nullable=False),
    Column("association_type", _NAME, nullable=False),
    Column("lifecycle", Text, nullable=False),
    Column("frozen", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    # Named, as the convention's names would be longer than PostgreSQL takes.
    UniqueConstraint(
        "resource_id",
        "resource_type",
        "association_type",
        name="uq_associations_resource_id",
    ),
    UniqueConstraint(
        "resource_name",
        "resource_namespace",
        "resource_type",
        "association_type",
        name="uq_associations_resource_name",
    ),
    sqlite_autoincrement=True,
)
"""`subject` is qualified. A resource has one association of each type, by its
id and by its name."""

deletions = Table("deletions", metadata, Column("count", BigInteger, nullable=False))
"""One row: how many transactions have hidden or deleted versions.

Processes that keep answers drop them when it has gone up.
"""

keks = Table(
    "keks",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("name", _NAME, nullable=False, unique=True),
    Column("kms_type", Text, nullable=False),
    Column("kms_key_id", Text, nullable=False),
    Column("kms_props", Text),
    Column("doc", Text),
    Column("shared", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""Key encryption keys: names of keys that a KMS holds, never the keys.

`kms_props` is JSON.
"""

deks = Table(
    "deks",
    metadata,
    Column("kek_id", ForeignKey("keks.id"), primary_key=True),
    Column("subject", _NAME, primary_key=True),
    Column("algorithm", _NAME, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("encrypted_key_material", Text, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_deks_subject", "subject"),
)
"""Data encryption keys, each wrapped by its KEK; `subject` is qualified."""
