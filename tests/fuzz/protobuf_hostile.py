"""Protobuf files made to hurt; `tests.fuzz.hostile` measures them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping

__all__ = ["CASES"]

Text = str | tuple[str, Mapping[str, str]]

P3 = 'syntax = "proto3";\n'
P2 = 'syntax = "proto2";\n'


def joined(made: Callable[[int], str], numbers: Iterable[int]) -> str:
    return "\n".join(map(made, numbers))


def message(count: int, kind: str, head: str = P3, label: str = "") -> str:
    fields = joined(lambda n: f"{label}{kind} f{n} = {n};", tags(count))
    return f"{head}message A {{ {fields} }}"


def tags(count: int) -> Iterable[int]:
    """Return the first field numbers that are not the library's."""
    most = (n for n in range(1, count + 2_000) if not 19_000 <= n <= 19_999)
    return [n for n, _ in zip(most, range(count), strict=False)]


def messages(count: int, fields: int, kind: str) -> str:
    inner = joined(lambda n: f"{kind} f{n} = {n};", tags(fields))
    return P3 + joined(lambda n: f"message M{n} {{ {inner} }}", range(count))


def chain(count: int, kind: str) -> str:
    links = joined(lambda n: f"message M{n} {{ M{n + 1} x = 1; }}", range(count))
    return f"{P3}{links} message M{count} {{ {kind} v = 1; }}"


def web(count: int, links: int, kind: str) -> str:
    def one(n: int) -> str:
        fields = joined(
            lambda step: f"M{(n * 7 + step * 13) % count} l{step} = {step};",
            range(1, links),
        )
        return f"message M{n} {{ {fields} {kind} v = {links}; }}"

    return P3 + joined(one, range(count))


def required_web(count: int, links: int, kind: str) -> str:
    """Return messages that require many others: data of 2^count messages."""

    def one(n: int) -> str:
        fields = joined(
            lambda step: f"required M{n + 1} l{step} = {step};", range(1, links)
        )
        return f"message M{n} {{ {fields} optional {kind} v = {links}; }}"

    last = f"message M{count} {{ required {kind} v = 1; }}"
    return P2 + joined(one, range(count)) + last


def nested(levels: int, kind: str) -> str:
    inner = f"{kind} v = 1;"
    for n in range(levels):
        inner = f"message N{n} {{ {inner} }} N{n} x{n} = {n + 2};"
    return f"{P3}message A {{ {inner} }}"


def enum(count: int, head: str = P3, first: int = 0, closed: str = "") -> str:
    values = joined(lambda n: f"V{n} = {n};", range(first, first + count))
    return f"{head}enum E {{ {closed}{values} }} message A {{ {label(head)}E e = 1; }}"


def label(head: str) -> str:
    return "optional " if head == P2 else ""


def renumbered(count: int) -> str:
    values = joined(lambda n: f"V{n} = {(n + 1) % count};", range(count - 1, -1, -1))
    return f"{P2}enum E {{ {values} }} message A {{ optional E e = 1; }}"


def oneof(count: int, inside: bool, kind: str = "string") -> str:
    fields = joined(lambda n: f"{kind} f{n} = {n};", tags(count))
    body = f"oneof o {{ {fields} }}" if inside else fields
    return f"{P3}message A {{ {body} }}"


def oneofs(count: int, inside: bool) -> str:
    def pair(n: int) -> str:
        both = f"int32 a{n} = {2 * n + 1}; int32 b{n} = {2 * n + 2};"
        return f"oneof o{n} {{ {both} }}" if inside else both

    return f"{P3}message A {{ {joined(pair, range(count))} }}"


def maps(count: int, value: str) -> str:
    fields = joined(lambda n: f"map<string, {value}> f{n} = {n};", tags(count))
    return f"{P3}message A {{ {fields} }}"


def reserved(count: int, step: int) -> str:
    ranges = ", ".join(str(n * step + 20_000) for n in range(count))
    return f"{P3}message A {{ reserved {ranges}; int32 a = 1; }}"


def reserved_names(count: int) -> str:
    names = ", ".join(f'"n{n}"' for n in range(count))
    return f"{P3}message A {{ reserved {names}; int32 a = 1; }}"


def extensions(count: int, kind: str) -> str:
    fields = joined(lambda n: f"optional {kind} x{n} = {n};", range(1, count + 1))
    return f"{P2}message A {{ extensions 1 to max; }} extend A {{ {fields} }}"


def renamed(count: int) -> str:
    fields = joined(lambda n: f"int32 f{n % count + 1} = {n};", range(1, count + 1))
    return f"{P3}message A {{ {fields} }}"


def closure(count: int, kind: str) -> Text:
    """Return a file and a chain of imports."""
    references = {"r0.proto": f"{P3}message M0 {{ {kind} v = 1; }}"}
    for n in range(1, count):
        references[f"r{n}.proto"] = (
            f'{P3}import "r{n - 1}.proto"; message M{n} {{ M{n - 1} x = 1; }}'
        )
    last = count - 1
    return (
        f'{P3}import "r{last}.proto"; message T {{ M{last} x = 1; }}',
        references,
    )


def public_closure(count: int, kind: str) -> Text:
    """Return a file that imports files, each of which passes all others on."""
    references = {"r0.proto": f"{P3}message M0 {{ {kind} v = 1; }}"}
    for n in range(1, count):
        before = joined(
            lambda m: f'import public "r{m}.proto";', range(max(0, n - 20), n)
        )
        references[f"r{n}.proto"] = f"{P3}{before} message M{n} {{ M0 x = 1; }}"
    last = count - 1
    return (
        f'{P3}import "r{last}.proto"; message T {{ M0 x = 1; M{last} y = 2; }}',
        references,
    )


def wide_closure(count: int, fields: int, kind: str) -> Text:
    inner = joined(lambda n: f"{kind} f{n} = {n};", tags(fields))
    references = {
        f"r{n}.proto": f"{P3}message M{n} {{ {inner} }}" for n in range(count)
    }
    heads = joined(lambda n: f'import "r{n}.proto";', range(count))
    uses = joined(lambda n: f"M{n} x{n} = {n + 1};", range(count))
    return f"{P3}{heads} message T {{ {uses} }}", references


CASES: dict[str, Callable[[], tuple[Text, Text]]] = {
    "10,000 fields": lambda: (message(10_000, "int32"), message(10_000, "string")),
    "60,000 fields": lambda: (message(60_000, "int32"), message(60_000, "string")),
    "60,000 fields, narrowed": lambda: (
        message(60_000, "int64"),
        message(60_000, "int32"),
    ),
    "60,000 fields gone": lambda: (message(60_000, "int32"), message(1, "int32")),
    "10,000 required fields": lambda: (
        message(10_000, "int32", P2, "required "),
        message(10_000, "string", P2, "required "),
    ),
    "40,000 required fields, new": lambda: (
        message(1, "int32", P2, "optional "),
        message(40_000, "int32", P2, "required "),
    ),
    "9,999 messages": lambda: (
        messages(9_999, 2, "int32"),
        messages(9_999, 2, "int64"),
    ),
    "5,000 messages of 10": lambda: (
        messages(5_000, 10, "int32"),
        messages(5_000, 10, "string"),
    ),
    "2,000 messages gone": lambda: (
        messages(2_000, 10, "int32"),
        messages(1, 1, "int32"),
    ),
    "a chain of 9,000 messages": lambda: (
        chain(9_000, "int32"),
        chain(9_000, "string"),
    ),
    "a web of 1,000 messages": lambda: (
        web(1_000, 20, "int32"),
        web(1_000, 20, "string"),
    ),
    "2^30 required messages": lambda: (
        required_web(30, 3, "int32"),
        required_web(30, 3, "string"),
    ),
    "10^15 required messages": lambda: (
        required_web(15, 11, "int32"),
        required_web(15, 11, "string"),
    ),
    "2^18 required messages": lambda: (
        required_web(18, 3, "int32"),
        required_web(18, 3, "string"),
    ),
    "messages 30 deep": lambda: (nested(30, "int32"), nested(30, "string")),
    "50,000 values": lambda: (enum(50_000), enum(49_000)),
    "50,000 values, closed": lambda: (enum(50_000, P2), enum(49_000, P2)),
    "50,000 values, renamed": lambda: (
        enum(40_000, P2),
        enum(40_000, P2).replace(" V", " W").replace("\nV", "\nW"),
    ),
    "40,000 values, renumbered": lambda: (enum(40_000, P2), renumbered(40_000)),
    "100,000 aliases of values": lambda: (
        P2
        + "enum E { option allow_alias = true; "
        + joined(lambda n: f"V{n} = 0;", range(90_000))
        + "} message A { optional E e = 1; }",
        P2 + "enum E { V0 = 0; } message A { optional E e = 1; }",
    ),
    "a oneof of 3,000": lambda: (oneof(3_000, False), oneof(3_000, True)),
    "a oneof of 60,000": lambda: (oneof(60_000, True), oneof(60_000, True, "bytes")),
    "a oneof of 30,000, moved": lambda: (oneof(30_000, False), oneof(30_000, True)),
    "5,000 oneofs": lambda: (oneofs(5_000, False), oneofs(5_000, True)),
    "9,000 maps": lambda: (maps(9_000, "int32"), maps(9_000, "string")),
    "100,000 reserved numbers": lambda: (reserved(100_000, 2), reserved(100_000, 3)),
    "100,000 reserved names": lambda: (reserved_names(100_000), reserved_names(1)),
    "30,000 extensions": lambda: (
        extensions(18_000, "int32"),
        extensions(18_000, "string"),
    ),
    "10,000 fields, each named as the next": lambda: (
        message(10_000, "int32"),
        renamed(10_000),
    ),
    "a closure of 900": lambda: (closure(900, "int32"), closure(900, "string")),
    "a closure of 900 in public": lambda: (
        public_closure(900, "int32"),
        public_closure(900, "string"),
    ),
    "a closure of 900 wide ones": lambda: (
        wide_closure(900, 40, "int32"),
        wide_closure(900, 40, "string"),
    ),
    "a comment of 2 MB": lambda: (
        f"{P3}/*{'*' * 1_900_000}*/ message A {{}}",
        f"{P3}//{'/' * 1_900_000}\nmessage A {{}}",
    ),
    "a default of 2 MB": lambda: (
        f'{P2}message A {{ optional string s = 1 [default = "{"a" * 1_900_000}"]; }}',
        f'{P2}message A {{ optional string s = 1 [default = "{"b" * 1_900_000}"]; }}',
    ),
    "a name of 1 MB": lambda: (
        f"{P3}message {'A' * 1_000_000} {{ int32 a = 1; }}",
        f"{P3}message {'A' * 1_000_000} {{ string a = 1; }}",
    ),
    "a long package over 5,000 messages": lambda: (
        messages(5_000, 2, "int32").replace(P3, f"{P3}package {'p' * 100_000};"),
        messages(5_000, 2, "string").replace(P3, f"{P3}package {'p' * 100_000};"),
    ),
    "long names 30 deep": lambda: (
        nested(30, "int32").replace("message N", f"message {'L' * 500}N"),
        nested(30, "string").replace("message N", f"message {'L' * 500}N"),
    ),
    "a long outer name over 5,000 messages": lambda: (
        f"{P3}message {'O' * 50_000} {{ "
        + joined(lambda n: f"message I{n} {{ int32 a = 1; }}", range(5_000))
        + "}",
        f"{P3}message {'O' * 50_000} {{ "
        + joined(lambda n: f"message I{n} {{ string a = 1; }}", range(5_000))
        + "}",
    ),
    "100,000 options": lambda: (
        P3
        + "message A { int32 a = 1 [(confluent.field_meta) = {tags: ["
        + '"t",' * 100_000
        + '"t"]}]; }',
        message(1, "int32"),
    ),
    "options of unknown names": lambda: (
        P3 + joined(lambda n: f"option (o{n}) = {n};", range(50_000)),
        message(1, "int32"),
    ),
    "undefined types": lambda: (
        P3 + "message A {" + joined(lambda n: f"X{n} f{n} = {n};", tags(40_000)) + "}",
        message(1, "int32"),
    ),
    "one name 50,000 times": lambda: (
        P3 + "message A {" + joined(lambda n: f"int32 a = {n};", tags(50_000)) + "}",
        message(1, "int32"),
    ),
    "one number 50,000 times": lambda: (
        P3 + "message A {" + joined(lambda n: f"int32 f{n} = 1;", tags(50_000)) + "}",
        message(1, "int32"),
    ),
    "base64 of zeros": lambda: (
        base64.b64encode(b"\0" * 1_000_000).decode(),
        message(1, "int32"),
    ),
    "base64 of nested groups": lambda: (
        base64.b64encode(b"\x22\x80\x80\x01" + b"\x1b" * 500_000).decode(),
        message(1, "int32"),
    ),
}
"""Texts of writer and reader; some with references."""
