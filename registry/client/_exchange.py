"""What the two clients share: requests out of operations, results out of answers."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import Any, TypeVar

import httpx2

from registry.client._auth import auth_of
from registry.client._cache import MISSING, AnswerCache
from registry.client._config import ClientConfig
from registry.client._disk import DiskCache
from registry.client._errors import BadAnswer, error_from
from registry.client._operations._operation import Keep, Operation
from registry.client._retry import Retry
from registry.client._tls import tls_of
from registry.contract import MEDIA_TYPES, VND_V1

__all__ = ["Exchange", "Steps"]

T = TypeVar("T")

Steps = Generator[Operation[Any], Any, T]
"""Calls that depend on one another: yields operations, is sent their results."""

HEADERS = {
    "Accept": ", ".join(MEDIA_TYPES),
    "Confluent-Accept-Unknown-Properties": "true",
}


class Exchange:
    """The caches, and the reading of answers, of one client."""

    def __init__(self, config: ClientConfig) -> None:
        self.config = config
        self.retry = Retry(config.max_retries, config.retry_wait, config.retry_max_wait)
        self._memory = AnswerCache(config.cache_capacity)
        self._disk: DiskCache | None = None
        if config.cache_directory is not None:
            self._disk = DiskCache(
                config.cache_directory, config.urls, config.cache_directory_max_bytes
            )

    def options(self) -> dict[str, Any]:
        """Return what an httpx2 client is made with."""
        return {
            "auth": auth_of(self.config),
            "verify": tls_of(self.config),
            "proxy": self.config.proxy,
            "timeout": self.config.timeout,
            "headers": HEADERS,
        }

    def request(self, operation: Operation[Any], url: str) -> dict[str, Any]:
        """Return the arguments of one HTTP request to the registry at ``url``."""
        request: dict[str, Any] = {
            "method": operation.method,
            "url": f"{url}{operation.path}",
            "params": operation.query or None,
        }
        if operation.body is not None:
            request["content"] = operation.body.encode()
            request["headers"] = {"Content-Type": VND_V1}
        return request

    def kept(self, operation: Operation[T], *, stale: bool = False) -> T | object:
        """Return a kept result, or `MISSING`."""
        if operation.keep is Keep.NOT:
            return MISSING
        result: T | object = self._memory.get(operation.key, stale=stale)
        disk = self._on_disk(operation)
        if result is MISSING and disk is not None:
            answer = disk.get(operation.key)
            if answer is not None:
                with suppress(BadAnswer):  # a broken file: the registry is asked
                    result = self._remember(operation, answer)
        return result

    def result(self, operation: Operation[T], answer: httpx2.Response) -> T:
        """Read ``answer``, and keep what may be kept; raise what it says."""
        body = _body(operation, answer)
        if answer.is_error:
            if not isinstance(body, dict):
                raise BadAnswer(f"{operation.name}: HTTP {answer.status_code}")
            raise error_from(answer.status_code, body)
        if operation.method in ("DELETE", "PUT"):
            self._memory.clear()
        self._memory.forget(operation.outdates)
        result = self._remember(operation, body)
        if (disk := self._on_disk(operation)) is not None:
            disk.put(operation.key, body)
        return result

    def _on_disk(self, operation: Operation[Any]) -> DiskCache | None:
        return self._disk if operation.keep is Keep.FOREVER_ON_DISK else None

    def _remember(self, operation: Operation[T], body: Any) -> T:
        try:
            result = operation.read(body)
        except (
            AttributeError,
            KeyError,
            OverflowError,
            TypeError,
            ValueError,
        ) as error:
            raise BadAnswer(f"{operation.name}: unexpected answer ({error})") from error
        if operation.keep is not Keep.NOT:
            latest = operation.keep is Keep.LATEST
            lifetime = self.config.cache_latest_ttl if latest else float("inf")
            self._memory.put(operation.key, result, lifetime)
        return result


def _body(operation: Operation[Any], answer: httpx2.Response) -> Any:
    if answer.status_code == 204 or not answer.content:
        return None if not answer.is_error else {}
    try:
        return answer.json()
    except (ValueError, RecursionError):
        if answer.is_error:
            return {}
        raise BadAnswer(
            f"{operation.name}: HTTP {answer.status_code} without JSON; "
            "is this the registry's address?"
        ) from None
