"""Witnesses, confirmed on both sides by two validators that are not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import version
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema_specifications import REGISTRY
from referencing import Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import specification_with

from compat.formats.jsonschema.automata.language import Inexpressible
from compat.formats.jsonschema.plain_patterns import spell_out
from compat.formats.jsonschema.retrieval import BASE, retrievable
from compat.formats.jsonschema.schema import JsonSchema

__all__ = ["NAMES", "Judge", "Opinion"]

_PYTHON: dict[str, Any] = {
    "draft-04": jsonschema.Draft4Validator,
    "draft-06": jsonschema.Draft6Validator,
    "draft-07": jsonschema.Draft7Validator,
    "2019-09": jsonschema.Draft201909Validator,
    "2020-12": jsonschema.Draft202012Validator,
}
_RUST: dict[str, Any] = {
    "draft-04": jsonschema_rs.Draft4Validator,
    "draft-06": jsonschema_rs.Draft6Validator,
    "draft-07": jsonschema_rs.Draft7Validator,
    "2019-09": jsonschema_rs.Draft201909Validator,
    "2020-12": jsonschema_rs.Draft202012Validator,
}
_RUST_DRAFTS = {
    "draft-04": jsonschema_rs.Draft4,
    "draft-06": jsonschema_rs.Draft6,
    "draft-07": jsonschema_rs.Draft7,
    "2019-09": jsonschema_rs.Draft201909,
    "2020-12": jsonschema_rs.Draft202012,
}
NAMES = (
    f"jsonschema {version('jsonschema')}",
    f"jsonschema-rs {version('jsonschema_rs')}",
)
"""The validators, as a witness names them."""

Opinion = tuple[bool | None, bool | None]
"""Whether jsonschema and jsonschema-rs accept a value; None: it cannot say."""

_BACKTRACKS = 100_000

_CHARACTERS = 500_000
"""Under a longer schema jsonschema may take seconds, and is not asked."""


class Judge:
    """What the real validators say of values under one schema.

    No pattern reaches a backtracking engine unbounded: jsonschema gets each
    pattern spelled out for the strings of the value at hand, jsonschema-rs
    runs its linear engine.
    """

    def __init__(self, schema: JsonSchema, matches: Callable[[str, str], bool]) -> None:
        self._schema = schema
        self._matches = matches

    def opinion(self, value: Any) -> Opinion:
        """Return what both validators say of ``value``, a plain JSON value."""
        return self._python(value), self._rust(value)

    def blames(self, value: Any, keyword: str) -> bool:
        """Whether jsonschema-rs refuses ``value`` for a keyword of this name."""
        validator = self._rust_validator
        with _NoOpinion():
            errors = validator.iter_errors(value) if validator is not None else ()
            return any(keyword in each.schema_path for each in errors)
        return False

    def _python(self, value: Any) -> bool | None:
        schema = self._schema
        if len(schema.canonical) > _CHARACTERS:
            return None
        plain, others = schema.plain, schema.plain_references
        if self._patterned:
            try:
                strings = dict.fromkeys(_strings(value))
                plain = spell_out(plain, strings, self._matches)
                others = {
                    name: spell_out(each, strings, self._matches)
                    for name, each in others.items()
                }
            except Inexpressible:
                return None
        plain, others = retrievable(schema, plain, others)
        validator = _PYTHON[schema.dialect.name](
            plain, registry=_registry(schema, others)
        )
        try:
            return bool(validator.is_valid(value))
        except (Unresolvable, RecursionError, ValueError, TypeError):
            return None
        except (ArithmeticError, jsonschema.exceptions.UnknownType):
            return None

    def _rust(self, value: Any) -> bool | None:
        validator = self._rust_validator
        if validator is None:
            return None
        with _NoOpinion():
            return bool(validator.is_valid(value))
        return None

    @cached_property
    def _rust_validator(self) -> Any:
        for options in (
            jsonschema_rs.RegexOptions(),
            jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS),
        ):
            with _NoOpinion():
                return self._compiled(options)
        return None

    def _compiled(self, patterns: Any) -> Any:
        schema = self._schema
        name = schema.dialect.name
        plain, others = retrievable(schema, schema.plain, schema.plain_references)
        registry = None
        if others:
            registry = jsonschema_rs.Registry([*others.items()], _RUST_DRAFTS[name])
        return _RUST[name](
            _with_own_draft(plain, schema),
            base_uri=BASE,
            validate_formats=False,
            registry=registry,
            pattern_options=patterns,
            offline=True,
        )

    @cached_property
    def _patterned(self) -> bool:
        texts = (self._schema.canonical, *self._schema.references.values())
        return any('"pattern' in each for each in texts)


class _NoOpinion:
    """Lets jsonschema-rs fail, also by a panic, whose class no module has."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if kind is None:
            return False
        return issubclass(kind, ValueError) or kind.__name__ == "PanicException"


def _registry(schema: JsonSchema, others: Mapping[str, Any]) -> Any:
    """Return all that may be referred to; what is not here is never fetched."""
    specification = specification_with(schema.dialect.uri)
    registry: Any = REGISTRY
    made = (
        (uri, Resource.from_contents(each, default_specification=specification))
        for uri, each in others.items()
    )
    return registry.with_resources(made)


def _with_own_draft(plain: Any, schema: JsonSchema) -> Any:
    """Name the draft that is used, where the text names none that is known."""
    if isinstance(plain, dict) and "$schema" in plain:
        return {**plain, "$schema": schema.dialect.uri}
    return plain


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _strings(each)
        case dict():
            yield from value
            for each in value.values():
                yield from _strings(each)
