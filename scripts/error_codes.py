"""Write docs/reference/error-codes.md from openapi.yaml."""

from __future__ import annotations

from pathlib import Path

import yaml

__all__ = ["page"]

_ROOT = Path(__file__).parent.parent
_HEAD = """# Error codes

An error is `{"error_code": ..., "message": ...}`. The first three digits of the code
are the HTTP status. Codes of three digits are the status itself. A schema that is
refused as incompatible (40901) comes with the check's report in the same body.

50002, 50003, 50004, 50070 and 42207 are Confluent's and never sent; their numbers stay
reserved.

| code | name | meaning |
| --- | --- | --- |
"""


def page() -> str:
    """Return the page as the document of the API describes the codes."""
    document = yaml.safe_load((_ROOT / "openapi.yaml").read_text())
    codes = document["components"]["schemas"]["ErrorCode"]["oneOf"]
    return _HEAD + "".join(
        f"| {each['const']} | {each['title']} | {each['description']} |\n"
        for each in codes
    )


if __name__ == "__main__":
    (_ROOT / "docs" / "reference" / "error-codes.md").write_text(page())
