"""Options that several commands share, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from compat.levels import Level
from compat.policy import Policy

__all__ = [
    "config",
    "deleted",
    "exit_zero",
    "file",
    "files",
    "isolated",
    "level",
    "output",
    "policy",
    "reference",
    "registry",
    "report_format",
    "shape",
    "subject",
    "type_",
    "yes",
]

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

REPORTS = ("text", "json", "github", "gitlab", "junit", "sarif", "markdown")

files = click.argument("files", type=click.Path(), nargs=-1)
file = click.argument("file", type=click.Path())
level = click.option(
    "--level",
    type=click.Choice(Level, case_sensitive=False),
    help="Compatibility level; the project file's, else BACKWARD.",
)
policy = click.option(
    "--policy",
    type=click.Choice(Policy, case_sensitive=False),
    help="What counts as a break; the project file's, else STRICT.",
)
type_ = click.option(
    "--type",
    "type_",
    metavar="TYPE",
    help="AVRO, JSON or PROTOBUF; found from the name or the content otherwise.",
)
report_format = click.option(
    "--format",
    "report",
    type=click.Choice(REPORTS),
    default="text",
    show_default=True,
    help="How the findings are written.",
)
output = click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True),
    help="Write the findings to this file instead of stdout.",
)
exit_zero = click.option(
    "--exit-zero",
    is_flag=True,
    help="Exit 0 even with findings; 2 and 3 stay.",
)
config = click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    help="Project file to use instead of the one that is found.",
)
isolated = click.option("--isolated", is_flag=True, help="Ignore every project file.")
registry = click.option(
    "--registry",
    "url",
    metavar="URL",
    help="Registry; else DOVETAIL_REGISTRY_URL, else the project file's.",
)
shape = click.option(
    "--format",
    "shape",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How the answer is written.",
)
subject = click.option(
    "--subject", help="Subject of the file; the project file's otherwise."
)
reference = click.option(
    "--reference",
    "references",
    multiple=True,
    metavar="NAME=SUBJECT:VERSION",
    help="A schema that the text refers to; files of the project are found.",
)
deleted = click.option("--deleted", is_flag=True, help="Soft-deleted ones, too.")
yes = click.option("--yes", is_flag=True, help="Do not ask.")
