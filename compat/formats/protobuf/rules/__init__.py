"""The rules of Protobuf, one file for each kind of thing they are about.

In the order in which a report shows them.
"""

from compat.formats.protobuf.rules import (  # isort: skip
    file,
    message,
    field,
    map,
    oneof,
    enum,
)

__all__ = ["enum", "field", "file", "map", "message", "oneof"]
