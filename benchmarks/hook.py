"""What the pre-commit hook costs in a repository of 200 schemas.

Prints the wall time of one changed file against the baseline of this run, an
interpreter that starts and stops, and the peak memory of the check.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = 200
ROUNDS = 7
DRAFT = "https://json-schema.org/draft/2020-12/schema"
PEAK = (
    "import resource, sys; from registry.cli import main; "
    "main(['check', '--staged'], standalone_mode=False); "
    "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
)


def main() -> None:
    """Build the repository, run everything, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder) / "repository"
        build(repository)
        run = Runner(repository, Path(folder) / "home")
        for command in (
            ("git", "init", "-q"),
            ("git", "add", "."),
            (
                "git",
                "-c",
                "user.name=A",
                "-c",
                "user.email=a@b.c",
                "commit",
                "-qm",
                "x",
            ),
        ):
            if run(*command).returncode:
                sys.exit(f"{' '.join(command)} failed")
        start = run.seconds(0, sys.executable, "-c", "pass")
        print(f"{FILES} schemas, one changed file, median of {ROUNDS} runs")
        print(f"{'':32}  wall     CPU    CPU ratio")
        row("interpreter start", start, start)
        nothing = run.seconds(0, sys.executable, "-m", "pre_commit", "run")
        row("pre-commit, nothing staged", nothing, start)
        for path in ("avro/7.avsc", "json/7.schema.json", "proto/p/f7.proto"):
            change(repository / path)
            run("git", "add", ".")
            check = (sys.executable, "-m", "registry.cli", "check", "--staged", path)
            row(f"check {path}", run.seconds(1, *check), start)
            hook = (sys.executable, "-m", "pre_commit", "run")
            row(f"pre-commit {path}", run.seconds(1, *hook), start)
            # Linux counts in KiB.
            peak = int(run(sys.executable, "-c", PEAK).stderr.split()[-1]) / 1024
            print(f"{'  peak memory of the check':32}{peak:6.1f} MiB")
            run("git", "reset", "-q", "--hard")


Times = tuple[float, float]
"""Wall time and processor time in seconds, children included."""


def row(label: str, times: Times, baseline: Times) -> None:
    """Print one line of the table."""
    wall, processor = times
    print(
        f"{label:32}{wall:6.3f} s {processor:6.3f} s {processor / baseline[1]:6.1f} x"
    )


class Runner:
    """Runs commands in one folder, and times them."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder = folder
        self._environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PRE_COMMIT_HOME": str(home),
            "GIT_CONFIG_GLOBAL": os.devnull,
            # An installed package has its bytecode; the first run makes ours.
            "PYTHONPYCACHEPREFIX": str(home.with_name("bytecode")),
        }
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def __call__(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            command,
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def seconds(self, code: int, *command: str) -> Times:
        """Return the median times of a command that has to exit with ``code``.

        On a busy machine the wall time says little, the processor time much.
        """
        walls, processors = [], []
        for _ in range(ROUNDS + 1):
            before, spent = time.perf_counter(), children()
            done = self(*command)
            walls.append(time.perf_counter() - before)
            processors.append(children() - spent)
            if done.returncode != code:
                sys.exit(
                    f"{command} exited {done.returncode}: {done.stdout}{done.stderr}"
                )
        return statistics.median(walls[1:]), statistics.median(processors[1:])


def children() -> float:
    """Return the processor time of all children that ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def build(folder: Path) -> None:
    """Write the schemas; each of the numbered ones refers to a shared one."""
    for kind in ("avro", "json", "proto/p"):
        (folder / kind).mkdir(parents=True)
    fields = [{"name": "street", "type": "string"}]
    address = {"type": "record", "name": "s.Address", "fields": fields}
    write(folder / "avro/address.avsc", address)
    write(folder / "json/text.schema.json", {"$schema": DRAFT, "type": "string"})
    proto = 'syntax = "proto3";\npackage p;\n'
    (folder / "proto/p/a.proto").write_text(f"{proto}message A {{ string x = 1; }}\n")
    for number in range(FILES // 3):
        more = [{"name": f"f{each}", "type": "long"} for each in range(12)]
        to = {"name": "to", "type": "s.Address"}
        order = {"type": "record", "name": f"s.R{number}", "fields": [to, *more]}
        write(folder / f"avro/{number}.avsc", order)
        properties = {f"f{each}": {"type": "integer"} for each in range(12)}
        whole = {
            "$schema": DRAFT,
            "type": "object",
            "properties": {"to": {"$ref": "text.schema.json"}, **properties},
        }
        write(folder / f"json/{number}.schema.json", whole)
        lines = "".join(f"  int64 f{each} = {each + 2};\n" for each in range(12))
        body = f"message M{number} {{\n  A a = 1;\n{lines}}}\n"
        file = folder / f"proto/p/f{number}.proto"
        file.write_text(f'{proto}import "p/a.proto";\n{body}')
    hook = {
        "id": "dovetail-check",
        "name": "check schema compatibility",
        "entry": f"{sys.executable} -m registry.cli check --staged",
        "language": "unsupported",
        "types": ["file"],
        "always_run": True,
    }
    # JSON is YAML, and needs no library.
    hooks = {"repos": [{"repo": "local", "hooks": [hook]}]}
    write(folder / ".pre-commit-config.yaml", hooks)


def change(file: Path) -> None:
    """Break the file: one field changes its type."""
    before = file.read_text()
    after = before
    for old, new in (
        (
            '"name": "f3",\n      "type": "long"',
            '"name": "f3",\n      "type": "string"',
        ),
        ('"f3": {\n      "type": "integer"', '"f3": {\n      "type": "string"'),
        ("int64 f3 = 5", "string f3 = 5"),
    ):
        after = after.replace(old, new)
    if before == after:
        sys.exit(f"{file} was not changed")
    file.write_text(after)


def write(file: Path, value: object) -> None:
    """Write ``value`` as JSON."""
    file.write_text(json.dumps(value, indent=2) + "\n")


if __name__ == "__main__":
    main()
