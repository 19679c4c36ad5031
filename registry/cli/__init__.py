"""The `dovetail` command."""

from registry.cli.main import main

__all__ = ["main"]
