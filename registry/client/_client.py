"""The client for threads; with `_async` the only code that does HTTP."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError, Future
from threading import Lock
from types import TracebackType
from typing import Any, TypeVar, cast

import httpx2

from registry.client._attempts import Outcome, Pause, Request, attempts
from registry.client._cache import MISSING
from registry.client._config import ClientConfig
from registry.client._endpoints import Endpoints
from registry.client._errors import ClientError
from registry.client._exchange import Exchange, Steps
from registry.client._operations._operation import Keep, Key, Operation

__all__ = ["RegistryClient"]

T = TypeVar("T")


class RegistryClient(Endpoints):
    """A registry, seen from an application; safe to share among threads.

    ``settings`` is a URL or a mapping with the keys of Confluent's clients
    (``docs/reference/client.md``). Methods are listed in `Endpoints`; they
    raise the errors of `registry.client`. ``transport`` replaces the network.
    """

    def __init__(
        self,
        settings: Any,
        *,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.config = ClientConfig.of(settings)
        self._exchange = Exchange(self.config)
        self._http = httpx2.Client(transport=transport, **self._exchange.options())
        self._flights: dict[Key, Future[Any]] = {}
        self._lock = Lock()

    def send(self, operation: Operation[T]) -> T:
        """Return the result of ``operation``, from a cache where that is right.

        Threads that ask the same at the same time share one request. When the
        registry is away, a kept answer past its time is better than none.
        """
        kept = self._exchange.kept(operation)
        if kept is not MISSING:
            return cast(T, kept)
        if operation.keep is Keep.NOT:
            return self._ask(operation)
        with self._lock:
            flight = self._flights.get(operation.key)
            leads = flight is None
            if flight is None:
                flight = self._flights[operation.key] = Future()
        if leads:
            return self._lead(operation, flight)
        try:
            return cast(T, flight.result())
        except CancelledError:
            return self.send(operation)

    def run(self, steps: Steps[T]) -> T:
        """Send each operation that ``steps`` yields, and return its result."""
        try:
            operation = next(steps)
            while True:
                try:
                    result = self.send(operation)
                except ClientError as error:
                    operation = steps.throw(error)
                else:
                    operation = steps.send(result)
        except StopIteration as end:
            return cast(T, end.value)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> RegistryClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _lead(self, operation: Operation[T], flight: Future[Any]) -> T:
        """Ask for all threads that wait for ``flight``."""
        try:
            result = self._ask(operation)
        except BaseException as error:
            self._ended(operation)
            if isinstance(error, Exception):
                flight.set_exception(error)
            else:
                flight.cancel()  # an interrupt is for one thread: the others go on
            raise
        self._ended(operation)
        flight.set_result(result)
        return result

    def _ended(self, operation: Operation[Any]) -> None:
        with self._lock:
            del self._flights[operation.key]

    def _ask(self, operation: Operation[T]) -> T:
        steps = attempts(self._exchange, operation)
        try:
            step = next(steps)
            while True:
                step = steps.send(self._done(step))
        except StopIteration as end:
            return cast(T, end.value)

    def _done(self, step: Request | Pause) -> Outcome:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            return self._http.request(**step)
        except httpx2.RequestError as error:
            return error
