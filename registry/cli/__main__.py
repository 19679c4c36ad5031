"""`python -m registry.cli` is the `dovetail` command."""

from __future__ import annotations

from registry.cli import main

main(prog_name="dovetail")
