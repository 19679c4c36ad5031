"""The how-to pages are true: their commands work, their manifests fit the server."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.settings import setting_names
from tests.meta.tree import ROOT, dockerfile
from tests.running import Dovetail, running

_PAGES = ROOT / "docs" / "how-to"


def _blocks(page: str, language: str) -> list[str]:
    text = (_PAGES / page).read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def _manifests() -> list[dict[str, Any]]:
    return [
        manifest
        for block in _blocks("kubernetes.md", "yaml")
        for manifest in yaml.safe_load_all(block)
    ]


def _containers() -> Iterator[dict[str, Any]]:
    for manifest in _manifests():
        pod = manifest["spec"].get("template", {}).get("spec", {})
        yield from pod.get("containers", [])


def _subjects(dovetail: Dovetail) -> Any:
    with urllib.request.urlopen(f"{dovetail.url}/subjects", timeout=10) as answer:
        return json.load(answer)


def test_a_backup_made_while_it_serves_has_everything(tmp_path: Path) -> None:
    command = next(
        block for block in _blocks("backup.md", "sh") if "dovetail.db" in block
    )
    with running(f"sqlite:///{tmp_path}/dovetail.db", tmp_path) as original:
        for name in ("orders-value", "clicks-value"):
            request = urllib.request.Request(
                f"{original.url}/subjects/{name}/versions",
                data=json.dumps({"schema": '"string"'}).encode(),
                headers={"Content-Type": "application/json"},
            )
            urllib.request.urlopen(request, timeout=10).close()
        subprocess.run(["bash", "-c", command], check=True, cwd=tmp_path)

    with running(f"sqlite:///{tmp_path}/backup.db", tmp_path) as restored:
        assert _subjects(restored) == ["clicks-value", "orders-value"]


def test_the_manifests_are_of_the_kinds_that_the_page_promises() -> None:
    assert [each["kind"] for each in _manifests()] == [
        "Job",
        "Deployment",
        "Service",
        "PodDisruptionBudget",
    ]


@pytest.mark.parametrize(
    "container", list(_containers()), ids=lambda each: each["name"]
)
def test_a_container_gets_settings_that_exist(container: dict[str, Any]) -> None:
    assert {each["name"] for each in container["env"]} <= set(setting_names())


def test_each_probe_is_answered(dovetail: Dovetail) -> None:
    probed = [
        container[kind]["httpGet"]["path"]
        for container in _containers()
        for kind in ("startupProbe", "readinessProbe", "livenessProbe")
        if kind in container
    ]

    assert probed == ["/health/ready", "/health/ready", "/health/live"]
    for path in probed:
        with urllib.request.urlopen(dovetail.url + path, timeout=10) as answer:
            assert answer.status == 200


def test_the_port_is_the_images() -> None:
    ports = [
        port["containerPort"]
        for container in _containers()
        for port in container.get("ports", [])
    ]

    assert ports == [int(text) for name, text in dockerfile()[-1] if name == "EXPOSE"]
