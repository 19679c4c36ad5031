"""Node programs for the tests: jest over published specs, and scripts of our own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

__all__ = ["run_script", "run_spec"]

_FOLDER = Path(__file__).parent.parent / "node"
_PATIENCE = 240


def run_spec(spec: str, url: str, *, name: str = "") -> dict[str, bool]:
    """Run one spec of @confluentinc/schemaregistry; return whether each test passed.

    ``name`` runs only the tests whose full name matches it.
    """
    command = ["node_modules/.bin/jest", "--json", "--runInBand"]
    command += ["--testPathPattern", spec, "--testNamePattern", name]
    done = _run(command, url)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    (file,) = json.loads(done.stdout)["testResults"]
    assert file["assertionResults"], file["message"]
    return {
        test["fullName"]: test["status"] == "passed"
        for test in file["assertionResults"]
        if test["status"] != "pending"
    }


def run_script(script: str, url: str) -> object:
    """Run a script of ours; return the JSON that it prints."""
    done = _run(["node", script], url)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def _run(command: list[str], url: str) -> subprocess.CompletedProcess[str]:
    assert (_FOLDER / "node_modules").is_dir(), "run `make setup`"
    return subprocess.run(
        command,
        cwd=_FOLDER,
        env={**os.environ, "DOVETAIL_TEST_URL": url, "CI": "true"},
        check=False,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
    )
