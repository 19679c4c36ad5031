"""`__all__` says what a module offers, completely."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.tree import ROOT, files

_MODULES = [
    path
    for path in files(".py")
    if path.relative_to(ROOT).parts[0] in ("compat", "registry")
]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _bound(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Yield each name that the module binds at its top level."""
    for statement in tree.body:
        match statement:
            case ast.Import(names) | ast.ImportFrom(names=names):
                for each in names:
                    yield each.asname or each.name.partition(".")[0], statement
            case (
                ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name)
            ):
                yield name, statement
            case ast.Assign(targets):
                for target in targets:
                    for node in ast.walk(target):
                        if isinstance(node, ast.Name):
                            yield node.id, statement
            case ast.AnnAssign(ast.Name(name)):
                yield name, statement


def _exported(tree: ast.Module) -> list[str] | None:
    for statement in tree.body:
        match statement:
            case ast.Assign([ast.Name("__all__")], value):
                return list(ast.literal_eval(value))
    return None


def _lazily(tree: ast.Module) -> bool:
    return any(name == "__getattr__" for name, _ in _bound(tree))


@pytest.mark.parametrize("path", _MODULES, ids=_name)
def test_each_exported_name_is_there(path: Path) -> None:
    tree = ast.parse(path.read_text())
    exported = _exported(tree) or []

    assert len(exported) == len(set(exported))
    if not _lazily(tree):
        assert set(exported) - {name for name, _ in _bound(tree)} == set()


def _only_gathers(path: Path) -> bool:
    """Whether the package's `__init__` defines nothing and has an `__all__`."""
    tree = ast.parse(path.read_text())
    defines = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Expr)
    own = [each for each in tree.body[1:] if isinstance(each, defines)]
    return path.name == "__init__.py" and bool(_exported(tree)) and not own


@pytest.mark.parametrize(
    "path", [each for each in _MODULES if _only_gathers(each)], ids=_name
)
def test_what_a_package_gathers_is_exported(path: Path) -> None:
    tree = ast.parse(path.read_text())
    package = path.parent.relative_to(ROOT).as_posix().replace("/", ".")

    gathered = {
        name
        for name, statement in _bound(tree)
        if isinstance(statement, ast.ImportFrom)
        and (statement.module or "").startswith(package)
        and not name.startswith("_")
    }

    assert gathered - set(_exported(tree) or []) == set()
