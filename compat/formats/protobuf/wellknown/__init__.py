"""The .proto files that every schema may import without a reference."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import files
from importlib.resources import files as resources
from pathlib import Path

__all__ = ["built_in_names", "is_built_in", "text_of"]

_OURS = (
    "confluent/meta.proto",
    "confluent/type/decimal.proto",
    "confluent/type/variant.proto",
    "confluent/types/decimal.proto",
)
_COMPILER = "grpc_tools/_proto/"


def is_built_in(name: str) -> bool:
    """Whether the import path ``name`` resolves without a reference.

    ``google/protobuf/*``, the files of googleapis-common-protos
    (``google/type/*``, ``google/api/*``, ``google/rpc/*``, ...) and
    ``confluent/*``. A fixed list: another package's .proto files on this
    machine never resolve.
    """
    return name in _paths()


def built_in_names() -> tuple[str, ...]:
    """Return the import paths of all built-in files, sorted."""
    return tuple(sorted(_paths()))


@cache
def text_of(name: str) -> str:
    """Return the text of the built-in file ``name``; `KeyError` for others."""
    return _paths()[name].read_text("utf-8")


@cache
def _paths() -> Mapping[str, Path]:
    found: dict[str, Path] = {}
    for distribution in ("googleapis-common-protos", "grpcio-tools"):
        for file in files(distribution) or ():
            if file.suffix == ".proto":
                name = str(file).removeprefix(_COMPILER)
                found[name] = Path(str(file.locate()))
    ours = Path(str(resources(__name__)))
    return found | {name: ours / name for name in _OURS}
