"""Writes the README's examples of a break: what `dovetail check` prints for them.

Run as `python -m scripts.readme_examples`; a test compares the README with what
this would write.
"""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from registry.cli import main as dovetail

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
START, END = "<!-- break examples -->", "<!-- end of break examples -->"

_PAIRS = (
    ("An Avro record gains a field without a default", "order-placed.{}.avsc"),
    ("A JSON Schema drops a status and requires it", "order-placed.{}.schema.json"),
    ("A Protobuf field changes its type", "order_placed.{}.proto"),
)


def readme() -> str:
    """Return the README with its examples made anew."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{examples()}\n{END}{after}"


def examples() -> str:
    """Return the three examples, each with its command and all of its output."""
    return "\n".join(_example(title, name) for title, name in _PAIRS)


def _example(title: str, name: str) -> str:
    new, old = (f"docs/examples/{name.format(each)}" for each in ("v2", "v1"))
    result = CliRunner().invoke(
        dovetail, ["check", new, "--against", old, "--isolated"], env={"NO_COLOR": "1"}
    )
    if result.exit_code != 1:
        raise RuntimeError(result.output)
    command = f"$ dovetail check {new} --against {old}"
    return f"{title}:\n\n```\n{command}\n{result.stdout.rstrip()}\n```\n"


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
