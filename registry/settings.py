"""What can be set, from the environment, checked before anything starts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from compat import Level, Policy
from registry.database_url import read_database_url

__all__ = ["InvalidSetting", "Settings", "setting_names"]

_PREFIX = "DOVETAIL_"
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")


class InvalidSetting(ValueError):
    """A variable of the environment can't be used; the message says why."""


def _boolean(text: str) -> bool:
    match text.strip().lower():
        case "true" | "1" | "yes" | "on":
            return True
        case "false" | "0" | "no" | "off":
            return False
    raise ValueError("must be true or false")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("must be 1 or more")
    return number


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("must be 0 or more")
    return number


def _choice(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        for each in allowed:
            if text.strip().lower() == each.lower():
                return each
        raise ValueError(f"must be one of {', '.join(allowed)}")

    return read


def _listen(text: str) -> str:
    address = text.strip().removeprefix("http://").rstrip("/")
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:8081")
    return address


def _setting(
    default: Any, read: Callable[[str], Any], doc: str, *, confluent: str = ""
) -> Any:
    metadata = {"read": read, "doc": doc, "confluent": confluent}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, with its default. `DOVETAIL_` and the name is the variable."""

    database_url: str = _setting(
        "sqlite:///dovetail.db",
        read_database_url,
        "Where everything is kept: `sqlite:///FILE` or `postgresql://...`, "
        "the latter with one host or several.",
    )
    read_database_url: str = _setting(
        "",
        read_database_url,
        "A streaming replica to read content by id and GUID from, where that is safe.",
    )
    listen: str = _setting(
        "127.0.0.1:8081",
        _listen,
        "Address and port to serve on.",
        confluent="SCHEMA_REGISTRY_LISTENERS",
    )
    workers: int = _setting(2, _positive, "Processes that serve requests.")
    worker: str = _setting(
        "uvicorn",
        _choice("uvicorn", "gthread"),
        "What runs in each process: `uvicorn`, an event loop before the threads, "
        "or `gthread`, threads alone.",
    )
    threads: int = _setting(
        8,
        _positive,
        "Threads in each process. With `uvicorn`, a quarter of them, two at least, "
        "runs what is no read: give more where the database is slow to answer.",
    )
    migrate: str = _setting(
        "auto",
        _choice("auto", "always", "never"),
        "Migrate the database at start: `auto` does so for SQLite alone.",
    )
    database_timeout: int = _setting(
        10, _positive, "Seconds that a statement or a wait for a connection may take."
    )
    pgbouncer: bool = _setting(
        False,
        _boolean,
        "Whether PgBouncer, or a pooler like it, in transaction mode is in between.",
    )
    default_level: str = _setting(
        Level.BACKWARD.value,
        _choice(*(each.value for each in Level)),
        "The compatibility level where none is configured.",
        confluent="SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL",
    )
    default_policy: str = _setting(
        Policy.STRICT.value,
        _choice(*(each.value for each in Policy)),
        "The compatibility policy where none is configured.",
    )
    on_unknown: str = _setting(
        "reject",
        _choice("reject", "warn"),
        "What an undecided check does: `reject` the schema, or only `warn`.",
    )
    check_steps: int = _setting(
        200_000, _positive, "Steps that one pair of schemas may cost to compare."
    )
    incompatible_code: str = _setting(
        "40901",
        _choice("40901", "409"),
        "The `error_code` of an incompatible schema; clients of Confluent 7 and "
        "older compare with 409.",
    )
    lean_replies: bool = _setting(
        False,
        _boolean,
        "Answer with the members that Confluent 7 sent, and with `version` and `guid` "
        "where newer clients need them; for strict old clients.",
    )
    validate_fields: bool = _setting(
        False,
        _boolean,
        "Check reserved fields where no config says so.",
        confluent="SCHEMA_REGISTRY_SCHEMA_VALIDATE_FIELDS",
    )
    mode_mutability: bool = _setting(
        True,
        _boolean,
        "Whether modes can be changed.",
        confluent="SCHEMA_REGISTRY_MODE_MUTABILITY",
    )
    reject_empty_subject: bool = _setting(
        False,
        _boolean,
        "Refuse to register under the empty subject.",
        confluent="SCHEMA_REGISTRY_SCHEMA_REJECT_EMPTY_SUBJECT",
    )
    associations: str = _setting(
        "read-write",
        _choice("read-write", "off"),
        "Whether subjects can be associated with topics; `off` answers that none is.",
    )
    page_size: int = _setting(
        1000,
        _positive,
        "Rows in one page of `/schemas` at most.",
        confluent="SCHEMA_REGISTRY_SCHEMA_SEARCH_MAX_LIMIT",
    )
    max_keks: int = _setting(
        20_000, _positive, "The most key encryption keys that are kept."
    )
    parsed_cache_size: int = _setting(
        1000,
        _positive,
        "Parsed schemas that each process keeps.",
        confluent="SCHEMA_REGISTRY_SCHEMA_CACHE_SIZE",
    )
    verdict_cache_size: int = _setting(
        10_000, _positive, "Compared pairs of schemas that each process remembers."
    )
    history_cache_size: int = _setting(
        20_000,
        _positive,
        "Versions that each process keeps summaries of, for transitive checks.",
    )
    answer_cache_bytes: int = _setting(
        32 * 1024 * 1024,
        _natural,
        "Bytes of answers that each process keeps ready; 0 keeps none.",
    )
    max_body_bytes: int = _setting(
        4 * 1024 * 1024, _positive, "The longest request body."
    )
    max_schema_bytes: int = _setting(
        2 * 1024 * 1024, _positive, "The longest text of one schema."
    )
    max_schema_depth: int = _setting(200, _positive, "The deepest nesting in a schema.")
    max_references: int = _setting(
        1000, _positive, "The most schemas in one closure of references."
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read every variable, or raise `InvalidSetting` for the first bad one.

        A `DOVETAIL_` variable that is no setting is an error too: a misspelt
        one would otherwise do nothing. Confluent's own name of a setting
        counts where ours is absent.
        """
        found = os.environ if environment is None else environment
        _refuse_unknown(found)
        values = {}
        for each in fields(cls):
            ours, theirs = _PREFIX + each.name.upper(), each.metadata["confluent"]
            for name in filter(None, (ours, theirs)):
                if found.get(name, "").strip():
                    values[each.name] = _read(each, name, found[name])
                    break
        return cls(**values)


def setting_names() -> list[str]:
    """Return the variable of each setting, in the order of `Settings`."""
    return [_PREFIX + each.name.upper() for each in fields(Settings)]


def _read(setting: Field[Any], name: str, text: str) -> Any:
    try:
        return setting.metadata["read"](text)
    except ValueError as error:
        default = "" if setting.default is MISSING else f" (default {setting.default})"
        reason = str(error)
        if reason.startswith("invalid literal"):
            reason = "must be a whole number"
        shown = _PASSWORD.sub(r"\1***@", text)
        raise InvalidSetting(f"{name}={shown!r}: {reason}{default}") from None


# Settings of the client and the command line, which the server leaves alone.
_ELSEWHERE = ("DOVETAIL_REGISTRY_", "DOVETAIL_TEST_", "DOVETAIL_CLI_")


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = setting_names()
    for name in environment:
        if not name.startswith(_PREFIX) or name.startswith(_ELSEWHERE):
            continue
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InvalidSetting(f"{name} is not a setting of this server{hint}")
