"""What can be checked of the container image without a container engine."""

from __future__ import annotations

import ast
import fnmatch
import json
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import EntryPoint

import pytest
import yaml

from registry.settings import Settings, setting_names
from tests.meta.tree import ROOT, copied_into_the_image, dockerfile
from tests.running import Dovetail


def _arguments(instruction: str) -> list[str]:
    return [
        text for stage in dockerfile() for name, text in stage if name == instruction
    ]


def _environment() -> dict[str, str]:
    """Return the variables of the last stage."""
    pairs = [
        pair.partition("=")
        for name, text in dockerfile()[-1]
        if name == "ENV"
        for pair in text.split()
    ]
    return {name: value for name, _, value in pairs}


def _python_of_the_healthcheck() -> str:
    (check,) = _arguments("HEALTHCHECK")
    python, flag, code = json.loads(check.partition(" CMD ")[2])
    assert (python, flag) == ("python", "-c")
    return str(code)


@pytest.mark.parametrize("path", copied_into_the_image())
def test_what_is_copied_is_there_and_not_ignored(path: str) -> None:
    assert (ROOT / path).exists()
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    ignored = False
    for rule in rules:  # the last rule that matches decides
        name = rule.removeprefix("!")
        if fnmatch.fnmatch(path, name) or path.startswith(f"{name}/"):
            ignored = not rule.startswith("!")
    assert not ignored


def test_only_hashed_packages_are_installed() -> None:
    installs = [text for text in _arguments("RUN") if "pip install" in text]

    assert installs == [
        "/opt/dovetail/bin/pip install --require-hashes "
        "--requirement requirements/run.txt",
        "/opt/dovetail/bin/pip install --no-deps --no-build-isolation .",
    ]


def test_it_starts_a_command_that_exists() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    (script,) = config["options.entry_points"]["console_scripts"].strip().splitlines()
    name, _, target = script.partition(" = ")
    (command,), (arguments,) = _arguments("ENTRYPOINT"), _arguments("CMD")

    assert json.loads(command) == [name] == ["dovetail"]
    group = EntryPoint(name, target, "console_scripts").load()
    context = group.make_context(name, [], resilient_parsing=True)
    assert set(json.loads(arguments)) <= set(group.list_commands(context))


def test_it_runs_as_a_user_who_is_a_number() -> None:
    (user,) = _arguments("USER")

    assert [part.isdigit() and part for part in user.split(":")] == ["10001", "0"]


def test_its_settings_are_settings_and_its_port_is_the_exposed_one() -> None:
    chosen = {
        name: value
        for name, value in _environment().items()
        if name.startswith("DOVETAIL_")
    }

    settings = Settings.from_environment(chosen)

    assert settings.listen == f"0.0.0.0:{_arguments('EXPOSE')[0]}"
    assert settings.database_url == "sqlite:////data/dovetail.db"
    assert _arguments("VOLUME") == ["/data"]


def test_the_healthcheck_passes_while_it_serves(dovetail: Dovetail) -> None:
    port = _arguments("EXPOSE")[0]
    code = _python_of_the_healthcheck()
    assert f"http://127.0.0.1:{port}/" in code
    code = code.replace(f"http://127.0.0.1:{port}", dovetail.url)

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_healthcheck_fails_while_nobody_serves() -> None:
    code = _python_of_the_healthcheck().replace(":8081", ":1")

    done = subprocess.run([sys.executable, "-c", code], check=False, stderr=-1)

    assert done.returncode == 1


def test_the_healthcheck_imports_only_the_standard_library() -> None:
    tree = ast.parse(_python_of_the_healthcheck())
    names = [
        each.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for each in node.names
    ]

    assert names
    assert set(names) <= sys.stdlib_module_names


def test_compose_gives_the_image_settings_it_knows() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    chosen = services["registry"]["environment"]

    assert set(chosen) <= set(setting_names())
    settings = Settings.from_environment(chosen)
    assert settings.database_url.startswith("postgresql+psycopg://dovetail:")
    assert settings.migrate == "always"
    assert services["registry"]["ports"] == ["127.0.0.1:8081:8081"]
    assert set(services["registry"]["depends_on"]) <= set(services)
