"""Random Avro schemas, random changes to them, and random data of them."""

from __future__ import annotations

import copy
import struct
from random import Random
from typing import Any

from compat.formats.avro.encoding import Smallest, encode, zigzag
from compat.formats.avro.model import (
    Array,
    Enum,
    Fixed,
    Map,
    Node,
    Primitive,
    Record,
    Union,
)

DEFAULTS: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "int": 1,
    "long": 2,
    "float": 1.5,
    "double": 2.5,
    "bytes": "z",
    "string": "d",
}

LOGICAL: list[dict[str, Any]] = [
    {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2},
    {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 3},
    {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
    {"type": "long", "logicalType": "timestamp-millis"},
    {"type": "long", "logicalType": "timestamp-micros"},
    {"type": "int", "logicalType": "date"},
    {"type": "string", "logicalType": "uuid"},
    {"type": "int", "logicalType": "timestamp-millis"},
]


class Schemas:
    """Makes schemas; the same seed makes the same ones."""

    def __init__(self, seed: int, *, logical: bool = True) -> None:
        self.random = Random(seed)
        self.logical = logical

    def schema(self, depth: int = 3) -> Any:
        """Return a random schema; types may contain themselves."""
        return self._any(depth, [])

    def _any(self, depth: int, names: list[str]) -> Any:
        random = self.random
        if names and random.random() < 0.12:
            # A record that is its own field has no datum: most often it may be null.
            name = random.choice(names)
            return name if random.random() < 0.3 else ["null", name]
        if depth <= 0 or random.random() < 0.5:
            if self.logical and random.random() < 0.15:
                return copy.deepcopy(random.choice(LOGICAL))
            return random.choice(list(DEFAULTS))
        kinds = ["record", "record", "enum", "fixed", "array", "map", "union", "union"]
        match random.choice(kinds):
            case "array":
                return {"type": "array", "items": self._any(depth - 1, names)}
            case "map":
                return {"type": "map", "values": self._any(depth - 1, names)}
            case "union":
                return self._union(depth, names)
            case kind:
                return self._named(kind, depth, names)

    def _union(self, depth: int, names: list[str]) -> Any:
        branches: dict[str, Any] = {}
        for _ in range(self.random.randint(1, 3)):
            made = self._any(depth - 1, names)
            if isinstance(made, list):
                continue
            key = made if isinstance(made, str) else made.get("name", made["type"])
            branches.setdefault(key, made)
        return list(branches.values()) or ["null"]

    def _named(self, kind: str, depth: int, names: list[str]) -> Any:
        random = self.random
        name = random.choice("ABCDEF") + str(random.randint(0, 1))
        if name in names:
            return "int"
        names.append(name)
        if kind == "enum":
            symbols = random.sample(["P", "Q", "R", "S"], random.randint(1, 4))
            return {"type": "enum", "name": name, "symbols": symbols}
        if kind == "fixed":
            return {"type": "fixed", "name": name, "size": random.randint(1, 3)}
        chosen = sorted(random.sample(range(5), random.randint(0, 3)))
        fields = [
            {"name": f"f{i}", "type": self._any(depth - 1, names)} for i in chosen
        ]
        return {"type": "record", "name": name, "fields": fields}

    def changed(self, schema: Any) -> Any:
        """Return ``schema`` with one or two random changes."""
        schema = copy.deepcopy(schema)
        for _ in range(self.random.randint(1, 2)):
            parts = _parts(schema, [])
            if not parts:
                return self.random.choice(list(DEFAULTS))
            self._change(self.random.choice(parts))
        return schema

    def _change(self, part: Any) -> None:
        random = self.random
        if isinstance(part, list):
            added = random.choice(list(DEFAULTS))
            if random.random() < 0.5 and added not in part:
                part.append(added)
            elif len(part) > 1:
                part.pop(random.randrange(len(part)))
            return
        match part.get("type"):
            case "record":
                self._change_record(part)
            case "enum":
                self._change_enum(part)
            case "fixed":
                part["size"] = random.randint(1, 3)
            case "array" | "map" as kind if "name" not in part:
                key = "items" if kind == "array" else "values"
                if isinstance(part[key], str) and part[key] in DEFAULTS:
                    part[key] = random.choice(list(DEFAULTS))
            case str() | dict() if "name" in part:
                self._change_field(part)

    def _change_record(self, part: dict[str, Any]) -> None:
        random = self.random
        chance = random.random()
        if chance < 0.4:
            kind = random.choice(list(DEFAULTS))
            name = f"n{random.randint(0, 9)}"
            if all(each["name"] != name for each in part["fields"]):
                default = {"default": DEFAULTS[kind]} if random.random() < 0.5 else {}
                part["fields"].append({"name": name, "type": kind, **default})
        elif chance < 0.6 and part["fields"]:
            part["fields"].pop(random.randrange(len(part["fields"])))
        elif chance < 0.7:
            part["aliases"] = [part["name"]]
            part["name"] = f"Z{random.randint(0, 99)}"
        elif chance < 0.8:
            part["name"] = f"Y{random.randint(0, 99)}"
        elif chance < 0.9:
            part["namespace"] = f"q.w{random.randint(0, 3)}"
        else:
            random.shuffle(part["fields"])

    def _change_enum(self, part: dict[str, Any]) -> None:
        chance = self.random.random()
        if chance < 0.4 and len(part["symbols"]) > 1:
            gone = part["symbols"].pop()
            if part.get("default") == gone:
                del part["default"]
        elif chance < 0.7:
            part["symbols"].append(f"T{self.random.randint(0, 99)}")
        else:
            part["default"] = part["symbols"][0]

    def _change_field(self, part: dict[str, Any]) -> None:
        random = self.random
        chance = random.random()
        if chance < 0.5:
            part["type"] = random.choice(list(DEFAULTS))
            part.pop("default", None)
        elif chance < 0.6 and self.logical:
            part["type"] = copy.deepcopy(random.choice(LOGICAL))
            part.pop("default", None)
        elif chance < 0.8:
            if isinstance(part["type"], str) and part["type"] != "null":
                part["type"] = ["null", part["type"]]
                part.pop("default", None)
        else:
            part["aliases"] = [part["name"]]
            part["name"] = f"m{random.randint(0, 99)}"

    def datum(self, node: Node, smallest: Smallest, depth: int = 4) -> bytes | None:
        """Return random bytes of the writer's ``node``; None without any datum."""
        random = self.random
        match node:
            case Primitive():
                return self._primitive(node, smallest)
            case Fixed():
                return random.randbytes(node.size)
            case Enum():
                return encode(node, random.choice(node.symbols))
            case _ if depth <= 0:
                return smallest.datum(node)
            case Union():
                order = list(range(len(node.branches)))
                random.shuffle(order)
                for index in order:
                    inner = self.datum(node.branches[index], smallest, depth - 1)
                    if inner is not None:
                        return zigzag(index) + inner
                return None
            case Record():
                parts = [self.datum(f.type, smallest, depth - 1) for f in node.fields]
                return None if None in parts else b"".join(p for p in parts if p)
            case Array() | Map():
                return self._container(node, smallest, depth)

    def _container(self, node: Array | Map, smallest: Smallest, depth: int) -> bytes:
        inner = node.items if isinstance(node, Array) else node.values
        out = b""
        for number in range(self.random.randint(0, 2)):
            each = self.datum(inner, smallest, depth - 1)
            if each is None:
                break
            key = b"" if isinstance(node, Array) else zigzag(1) + b"%d" % number
            out += zigzag(1) + key + each
        return out + zigzag(0)

    def _primitive(self, node: Primitive, smallest: Smallest) -> bytes | None:
        random = self.random
        if node.logical is not None:
            return smallest.datum(node)
        match node.type:
            case "boolean":
                return bytes([random.randint(0, 1)])
            case "int":
                return zigzag(random.choice([0, -1, 2**31 - 1, -(2**31), 77]))
            case "long":
                return zigzag(random.choice([0, -1, 2**63 - 1, -(2**63), 2**53 + 1]))
            case "float":
                return struct.pack("<f", random.choice([0.0, -1.5, 1e30]))
            case "double":
                return struct.pack("<d", random.choice([0.0, -1.5, 1e300]))
            case "bytes" | "string":
                return encode(node, random.choice(["", "x", "é€"]))
            case _:
                return b""


def _parts(schema: Any, found: list[Any]) -> list[Any]:
    """Return every list and object of ``schema`` that a change can be made to."""
    match schema:
        case list():
            found.append(schema)
            for each in schema:
                _parts(each, found)
        case dict():
            found.append(schema)
            for each in schema.get("fields", ()):
                found.append(each)
                _parts(each["type"], found)
            _parts(schema.get("items", schema.get("values")), found)
    return found
