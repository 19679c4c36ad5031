"""What is published is complete, and the default install needs no server library."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.meta.tree import (
    ROOT,
    copied_into_the_image,
    default_requirements,
    extra_requirements,
)

_PACKAGES = ("compat", "registry")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist, built from what the Dockerfile copies."""
    source = tmp_path_factory.mktemp("source")
    for name in copied_into_the_image():
        copy, target = ROOT / name, source / name
        if copy.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(copy, target, symlinks=True, ignore=ignore)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(copy, target)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", source],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    (built,) = (source / "dist").glob("*.whl")
    return built


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert inside == set(_files_of_the_packages())


@pytest.mark.parametrize(
    "name",
    ["compat/py.typed", "registry/py.typed", "registry/migrations/script.py.mako"],
)
def test_what_is_not_python_is_in_the_wheel(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert name in archive.namelist()


def test_the_default_install_runs_without_the_servers_libraries(
    wheel: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    foreign = sorted(_top_level_modules_of_other_distributions())
    assert {"flask", "sqlalchemy", "gunicorn", "alembic", "pytest"} <= set(foreign)

    done = subprocess.run(
        [sys.executable, "-I", "-c", _IMPORT_ALL, tmp_path, *foreign],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
    )

    assert done.returncode == 0, done.stdout
    assert "Usage: " in done.stdout
    refused = re.findall(r"^REFUSED (\S+) (.*)$", done.stdout, re.MULTILINE)
    unclear = [
        (module, message)
        for module, message in refused
        if not module.startswith("registry.client.adapters.")
        or (hint := re.search(r"pip install 'dovetail-registry\[(.+)\]'", message))
        is None
        or not extra_requirements(hint[1])
    ]
    assert unclear == []


# Refuses every module that the default install would lack, then imports the rest.
_IMPORT_ALL = """
import importlib, pkgutil, runpy, sys

folder, *foreign = sys.argv[1:]

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in foreign:
            raise ModuleNotFoundError(f"not in the default install: {name}", name=name)

sys.meta_path.insert(0, Refuse())
sys.path.insert(0, folder)

import compat
import registry.client

assert compat.__file__.startswith(folder), compat.__file__
for package in (compat, registry.client):
    for each in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        try:
            importlib.import_module(each.name)
        except ImportError as error:
            # An adapter to another library says which extra brings it.
            print("REFUSED", each.name, error)
compat.all_formats()

sys.argv = ["dovetail", "--help"]
runpy.run_module("registry.cli", run_name="__main__")
"""


def _files_of_the_packages() -> Iterator[str]:
    for package in _PACKAGES:
        # rglob does not follow links to folders, as registry/migrations is one.
        folders = [ROOT / package, ROOT / package / "migrations"]
        for folder in filter(Path.is_dir, folders):
            for path in folder.rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    yield path.relative_to(ROOT).as_posix()


def _top_level_modules_of_other_distributions() -> set[str]:
    allowed = {_canonical(name) for name in _default_distributions()}
    return {
        module
        for module, owners in packages_distributions().items()
        if module not in _PACKAGES and allowed.isdisjoint(map(_canonical, owners))
    }


def _default_distributions() -> set[str]:
    """Return the distributions that `pip install dovetail-registry` brings."""
    waiting = [(each, frozenset({""})) for each in default_requirements()]
    found: set[str] = set()
    while waiting:
        requirement, asked_for = waiting.pop()
        name = _canonical(requirement.name)
        if name in found or not _wanted(requirement, asked_for):
            continue
        found.add(name)
        extras = frozenset(requirement.extras or {""})
        needs = distribution(name).requires or []
        waiting += [(Requirement(each), extras) for each in needs]
    return found


def _wanted(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": each}) for each in extras)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
