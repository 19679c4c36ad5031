"""A step only adds, unless it begins a generation and says what is no longer used.

Nodes of the release before serve while a step is applied and after it, so they
must find all that they use (expand), until no node of theirs is left (contract).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.store.migrations import generation
from tests.meta.tree import ROOT

STEPS = sorted((ROOT / "migrations" / "versions").glob("0*.py"))

_ADDS = ("INSERT ", "CREATE TRIGGER ", "CREATE FUNCTION ")
_TAKES = ("drop_", "alter_column", "rename_table", "batch_alter_table")


def faults(source: str) -> list[str]:
    """Return what is wrong with the text of a step."""
    tree = ast.parse(source)
    named = {
        target.id: statement.value.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    before, own = named["down_revision"], named["revision"]
    begins = generation(own) - (generation(before) if before else 0)
    if begins == 1:
        unused = named.get("unused_since")
        return [] if unused else ["a contract step without unused_since = '<release>'"]
    if begins != 0:
        return ["generations are counted one by one"]
    upgrade = next(
        each
        for each in tree.body
        if isinstance(each, ast.FunctionDef) and each.name == "upgrade"
    )
    calls = [each for each in ast.walk(upgrade) if isinstance(each, ast.Call)]
    made = {_text(call) for call in calls if _operation(call) == "create_table"}
    return [fault for call in calls for fault in _faults_of(call, made)]


def _faults_of(call: ast.Call, made: set[str]) -> Iterator[str]:
    name = _operation(call)
    if name.startswith(_TAKES):
        yield f"{name} takes away or changes what an old node uses"
    if name == "execute" and not _text(call).upper().startswith(_ADDS):
        yield "execute may only insert, or create a trigger"
    if name in ("create_index", "create_unique_constraint", "create_foreign_key"):
        table = call.args[1]
        if not isinstance(table, ast.Constant) or table.value not in made:
            yield f"{name} on a table in use keeps writers waiting: online.add_index"
    if name == "add_column":
        keywords = {
            keyword.arg: keyword.value
            for each in ast.walk(call)
            if isinstance(each, ast.Call)
            for keyword in each.keywords
        }
        nullable = keywords.get("nullable")
        if (
            isinstance(nullable, ast.Constant)
            and nullable.value is False
            and "server_default" not in keywords
        ):
            yield "add_column that an old node leaves out has to have a default"


def _operation(call: ast.Call) -> str:
    """Return `name` of a call of `op.name`, else nothing."""
    match call.func:
        case ast.Attribute(ast.Name("op"), name):
            return name
    return ""


def _text(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else "?"


@pytest.mark.parametrize("step", STEPS, ids=lambda path: path.stem)
def test_a_step_keeps_old_nodes_running(step: Path) -> None:
    assert faults(step.read_text()) == []


@pytest.mark.parametrize(
    ("revision", "body", "fault"),
    [
        ("0008", "op.drop_column('subjects', 'live')", "drop_column takes"),
        ("0008", "op.alter_column('a', 'b', nullable=False)", "alter_column takes"),
        ("0008", "op.execute('DELETE FROM versions')", "execute may only insert"),
        ("0008", "op.execute('CREATE INDEX i ON t (c)')", "execute may only insert"),
        ("0008", "op.create_index('i', 'versions', ['n'])", "create_index on a table"),
        (
            "0008",
            "op.add_column('t', sa.Column('c', sa.Text(), nullable=False))",
            "add_column that an old node",
        ),
        ("1.0008", "op.drop_table('t')", "a contract step without"),
        ("2.0008", "op.drop_table('t')", "generations are counted"),
    ],
)
def test_a_step_that_would_stop_old_nodes(revision: str, body: str, fault: str) -> None:
    (found,) = faults(
        f"revision = '{revision}'\ndown_revision = '0007'\ndef upgrade():\n  {body}"
    )

    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("revision", "more", "body"),
    [
        ("0008", "", "op.add_column('t', sa.Column('c', sa.Text()))"),
        (
            "0008",
            "",
            "op.add_column('t', sa.Column('c', sa.Text(), nullable=False, "
            "server_default=''))",
        ),
        ("0008", "", "op.create_table('t'); op.create_index('i', 't', ['c'])"),
        ("0008", "", "add_index('i', 'versions', ['n'])"),
        ("0008", "", "op.execute('CREATE TRIGGER t AFTER DELETE ON s BEGIN END')"),
        ("1.0008", "unused_since = '0.3.0'", "op.drop_table('t')"),
    ],
)
def test_a_step_that_may_be_taken(revision: str, more: str, body: str) -> None:
    head = f"revision = '{revision}'\ndown_revision = '0007'\n{more}\n"

    assert faults(f"{head}def upgrade():\n  {body}") == []
