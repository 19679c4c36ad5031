"""The lines that read a number where they stand, without a call."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["number_lines"]


def number_lines(name: str, most: int) -> Iterator[str]:
    """Yield the lines that read a varint of up to ``most`` bytes into ``name``.

    Longer ones are left to `read_long`. The bytes are added up with their
    marks of continuation, whose sum is known from how many there are.
    """
    yield f"if (n := data[at]) < 128: {name} = signed[n]; at += 1"
    terms, marks = "n", 0
    for at in range(1, most):
        terms += f" + (b{at} << {7 * at})"
        marks += 128 << 7 * (at - 1)
        yield (
            f"elif (b{at} := data[at + {at}]) < 128: n = {terms} - {marks}; "
            f"{name} = (n >> 1) ^ -(n & 1); at += {at + 1}"
        )
    yield f"else: {name}, at = read_long(data, at)"
