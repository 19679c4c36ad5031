"""The repository as the tests of `tests/meta` read it."""

from __future__ import annotations

import subprocess
from configparser import ConfigParser
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement

__all__ = [
    "ROOT",
    "Instruction",
    "copied_into_the_image",
    "default_requirements",
    "dockerfile",
    "extra_requirements",
    "files",
]

ROOT = Path(__file__).parents[2]

Instruction = tuple[str, str]


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Return the files that git has or would add, by the ends of their names."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout.split("\0")
    paths = (ROOT / name for name in sorted(listed) if name.endswith(suffixes))
    return tuple(path for path in paths if path.is_file() and not path.is_symlink())


def default_requirements() -> list[Requirement]:
    """Return what the default install needs."""
    return _requirements(_setup()["options"]["install_requires"])


def extra_requirements(extra: str) -> list[Requirement]:
    """Return what ``extra`` of setup.cfg adds."""
    return _requirements(_setup()["options.extras_require"][extra])


def dockerfile() -> list[list[Instruction]]:
    """Return each stage of the Dockerfile as (instruction, arguments) pairs."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    stages: list[list[Instruction]] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        instruction, _, arguments = line.partition(" ")
        if instruction == "FROM":
            stages.append([])
        if stages:
            stages[-1].append((instruction, " ".join(arguments.split())))
    return stages


def copied_into_the_image() -> list[str]:
    """Return the paths of the repository that the Dockerfile copies."""
    return [
        source
        for stage in dockerfile()
        for instruction, arguments in stage
        if instruction == "COPY" and "--from=" not in arguments
        for source in arguments.split()[:-1]
    ]


def _setup() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def _requirements(text: str) -> list[Requirement]:
    return [Requirement(line) for line in text.splitlines() if line.strip()]
