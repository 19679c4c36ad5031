"""The files that a text imports: which there are, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from compat.errors import InvalidSchema
from compat.formats.protobuf import source, wellknown
from compat.formats.protobuf.source import FORMAT

__all__ = ["closure", "known", "ordered", "refuse_public_webs", "text_of"]

_PATHS = 10_000


def closure(text: str, references: Mapping[str, str]) -> Iterator[str]:
    """Yield the imports of ``text`` that are known, and what those import."""
    seen = dict.fromkeys(source.imports(text))
    waiting = list(seen)
    while waiting:
        name = waiting.pop()
        if known(name, references):
            yield name
            for other in source.imports(text_of(name, references)):
                if other not in seen:
                    seen[other] = None
                    waiting.append(other)


def known(name: str, references: Mapping[str, str]) -> bool:
    """Whether the file ``name`` is given or built in."""
    return name in references or wellknown.is_built_in(name)


def text_of(name: str, references: Mapping[str, str]) -> str:
    """Return the text of the file ``name``, given or built in."""
    given = references.get(name)
    return wellknown.text_of(name) if given is None else given


def ordered(
    names: Iterable[str], files: dict[str, FileDescriptorProto]
) -> Iterator[FileDescriptorProto]:
    """Yield the files called ``names``, each after its own imports."""
    waiting = [(name, False) for name in reversed(list(names))]
    met: set[str] = set()
    while waiting:
        name, ready = waiting.pop()
        if ready:
            yield files[name]
            continue
        if name in met or name not in files:
            continue
        met.add(name)
        waiting.append((name, True))
        waiting += [(each, False) for each in reversed(files[name].dependency)]


def refuse_public_webs(text: str, references: Mapping[str, str]) -> None:
    """Raise `InvalidSchema` where public imports lead to files on too many ways.

    The compiler goes each of them, and their number can double with each file.
    """
    if "public" not in text and not any("public" in e for e in references.values()):
        return
    # How many ways lead from a file to others; one that is being counted has none.
    ways: dict[str, int] = {}
    waiting = [(name, False) for name in source.imports(source.uncommented(text))]
    while waiting:
        name, counted = waiting.pop()
        if not counted and (name in ways or name not in references):
            continue
        inner = source.uncommented(references[name])
        passed_on = source.imports(inner) if "public" in inner else ()
        if counted:
            ways[name] = 1 + sum(ways.get(each, 1) for each in passed_on)
            if ways[name] > _PATHS:
                reason = "its public imports lead to the same files on too many ways"
                raise InvalidSchema(FORMAT, f"in the reference {name!r}: {reason}")
            continue
        ways[name] = 0
        waiting.append((name, True))
        waiting += [(each, False) for each in passed_on]
