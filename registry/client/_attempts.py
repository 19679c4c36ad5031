"""How often an operation is tried, and where: without the IO, which differs."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import httpx2

from registry.client._cache import MISSING
from registry.client._errors import RegistryUnavailable
from registry.client._exchange import Exchange
from registry.client._operations._operation import Operation
from registry.client._retry import RETRIED

__all__ = ["Attempts", "Outcome", "Pause", "Request", "attempts"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """To be waited for before the next request."""

    seconds: float


Request = dict[str, Any]
"""The arguments of one HTTP request."""

Outcome = httpx2.Response | httpx2.RequestError | None
"""What a request came to; None after a pause."""

Attempts = Generator[Request | Pause, Outcome, T]
"""Yields what to do next, is sent what came of it, and returns the result."""


def attempts(exchange: Exchange, operation: Operation[T]) -> Attempts[T]:
    """Ask every address, then pause, then ask them again.

    When none answers, a kept answer past its time is better than none.
    """
    try:
        answer = yield from _answer(exchange, operation)
    except RegistryUnavailable:
        kept = exchange.kept(operation, stale=True)
        if kept is MISSING:
            raise
        return cast(T, kept)
    return exchange.result(operation, answer)


def _answer(exchange: Exchange, operation: Operation[Any]) -> Attempts[httpx2.Response]:
    retry = exchange.retry
    reasons: dict[str, str] = {}
    for attempt in range(retry.tries + 1):
        answer = None
        for url in exchange.config.urls:
            outcome = yield exchange.request(operation, url)
            if not isinstance(outcome, httpx2.Response):
                reasons[url] = str(outcome) or type(outcome).__name__
                continue
            answer = outcome
            if answer.status_code not in RETRIED:
                return answer
            reasons[url] = f"HTTP {answer.status_code}"
        if attempt < retry.tries:
            asked = answer.headers.get("Retry-After") if answer else None
            yield Pause(retry.pause(attempt + 1, asked))
    if answer is not None and answer.status_code == 500:
        return answer
    raise RegistryUnavailable(operation.name, reasons)
