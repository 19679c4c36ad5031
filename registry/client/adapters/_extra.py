"""What to install when an adapter's broker client is missing."""

from __future__ import annotations

__all__ = ["missing"]


def missing(extra: str, error: ImportError) -> ImportError:
    """Return an error with the command that installs ``extra``."""
    return ImportError(
        f"{error.name} is not installed: pip install 'dovetail-registry[{extra}]'",
        name=error.name,
    )
