"""``config``: the project file in force, and a registry's config."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from registry.cli import options
from registry.cli.console import show, show_json
from registry.cli.project import Project, Setting
from registry.cli.project_file import TOP_KEYS
from registry.cli.scene import project_of, scene

__all__ = ["config"]

_SCHEMA = Path(__file__).parent / "dovetail.schema.json"


class _Config(click.Group):
    """Its sub-commands talk to a registry, and are imported only then."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return ["get", "set", "unset"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        from registry.cli import remote_config

        name = "set_" if cmd_name == "set" else cmd_name
        command: click.Command = getattr(remote_config, name)
        return command


@click.group(cls=_Config, invoke_without_command=True)
@options.config
@options.isolated
@options.shape
@click.option(
    "--file",
    "file",
    metavar="FILE",
    help="Show what is in force for one schema file: level, policy, subject.",
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of dovetail.toml.")
@click.pass_context
def config(
    context: click.Context,
    config_file: str | None,
    isolated: bool,
    shape: str,
    file: str | None,
    schema: bool,
) -> None:
    """Show the project file in force, and from where each value comes.

    The sub-commands get, set and unset are about a registry's config.
    """
    if context.invoked_subcommand is not None:
        return
    if schema:
        show(_SCHEMA.read_text(encoding="utf-8"))
    elif file is not None:
        place = scene((file,), config_file=config_file, isolated=isolated)
        inside = place.workspace.inside(place.file)
        settings = place.project.settings(inside)
        type = place.workspace.type_of(place.file)
        found = Setting(type, "the file") if type else None
        rows = {
            "type": settings.type or found,
            "subject": settings.subject,
            "level": settings.level,
            "policy": settings.policy,
        }
        _show_rows({key: value for key, value in rows.items() if value}, shape)
    else:
        _show_project(project_of(Path.cwd(), config_file, isolated), shape)


def _show_project(project: Project, shape: str) -> None:
    values: dict[str, Any] = {
        "level": project.level.value,
        "policy": project.policy.value,
        "registry": project.registry,
        "against": list(project.against),
        "tags": project.tags,
        "roots": list(project.roots),
        "exclude": list(project.exclude),
        "files": [_table(asdict(each)) for each in project.files],
        "accept": [_table(asdict(each)) for each in project.accepted],
        "lint": dict(project.lint),
    }
    assert tuple(values) == TOP_KEYS  # noqa: S101
    rows = {
        key: Setting(
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
            project.origin_of(key),
        )
        for key, value in values.items()
    }
    if shape == "json":
        origins = {key: each.origin for key, each in rows.items()}
        file = project.origin and str(project.root / project.origin)
        show_json({"version": 1, "file": file, "values": values, "origins": origins})
        return
    _show_rows(rows, shape)


def _table(values: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items() if value is not None}


def _show_rows(rows: dict[str, Setting], shape: str) -> None:
    if shape == "json":
        show_json({"version": 1} | {key: asdict(each) for key, each in rows.items()})
        return
    width = max(map(len, rows))
    for key, each in rows.items():
        show(f"{key:{width}} = {each.value}  ({each.origin})")
