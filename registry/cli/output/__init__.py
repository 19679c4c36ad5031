"""Ways to write results; each module is one, with a pure ``render``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from registry.cli.results import Result

__all__ = ["render"]

_MODULES = {"json": "json_"}


def render(format: str, results: Sequence[Result]) -> str:
    """Return ``results`` in ``format``, one of `registry.cli.options.REPORTS`."""
    module = import_module(f"{__name__}.{_MODULES.get(format, format)}")
    return str(module.render(results))
