"""The locks in requirements/ are what setup.cfg asks for, hashed, and nothing else."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.meta.tree import ROOT, default_requirements, extra_requirements, files

_LOCKS = ("run", "test", "tools")
_EXTRAS = {
    "run": ("server", "postgres"),
    "test": ("server", "postgres", "test"),
    "tools": ("server", "postgres", "dev"),
}


def _text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text()


def _pins(lock: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^ \\]+)", _text(lock), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize("lock", _LOCKS)
def test_setup_cfg_is_satisfied(lock: str) -> None:
    wanted = default_requirements()
    for extra in _EXTRAS[lock]:
        wanted += extra_requirements(extra)
    pins = _pins(lock)

    unmet = [
        str(each)
        for each in wanted
        if pins.get(canonicalize_name(each.name)) not in each.specifier
    ]

    assert unmet == [], "run `make lock`"


@pytest.mark.parametrize("lock", _LOCKS)
def test_every_line_is_a_hashed_pin_or_a_comment(lock: str) -> None:
    statements = re.sub(r"^ *#.*\n|\\\n", "", _text(lock), flags=re.MULTILINE)
    pin = r"[A-Za-z0-9._-]+==\S+( ;[^#]+?)?( +--hash=sha256:[0-9a-f]{64})+"

    wrong = [
        line
        for line in statements.splitlines()
        if line.strip() and not re.fullmatch(pin, line.strip())
    ]

    assert wrong == []


@pytest.mark.parametrize("lock", _LOCKS)
def test_no_line_names_the_machine_it_was_made_on(lock: str) -> None:
    assert re.findall(r".*(?:://|--index-url|--find-links| /).*", _text(lock)) == []


@pytest.mark.parametrize(("smaller", "larger"), [("run", "test"), ("run", "tools")])
def test_what_is_tested_is_what_is_served(smaller: str, larger: str) -> None:
    small, large = _pins(smaller), _pins(larger)

    assert {name: large.get(name) for name in small} == small


def test_npm_packages_are_hashed_and_name_no_registry() -> None:
    text = (ROOT / "tests" / "node" / "package-lock.json").read_text()

    assert '"resolved"' not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')


@pytest.mark.parametrize(
    ("lock", "folders"),
    [("run", ("compat", "registry", "migrations")), ("test", ("tests", "benchmarks"))],
)
def test_each_library_that_is_imported_unguarded_is_locked(
    lock: str, folders: tuple[str, ...]
) -> None:
    owners = packages_distributions()
    pins = _pins(lock)

    missing = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in files(".py")
        if path.relative_to(ROOT).parts[0] in folders
        for module in _imported(path)
        if module not in sys.stdlib_module_names
        and not (ROOT / module).is_dir()
        and pins.keys().isdisjoint(map(canonicalize_name, owners.get(module, [module])))
    }

    assert missing == set(), "name it in setup.cfg, then run `make lock`"


def _imported(path: Path) -> Iterator[str]:
    """Yield the top-level modules that importing ``path`` imports, in any case."""
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.Import(names):
                yield from (each.name.partition(".")[0] for each in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
