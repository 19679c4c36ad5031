"""The client for tasks; with `_client` the only code that does HTTP."""

from __future__ import annotations

import asyncio
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

__all__ = ["AsyncRegistryClient"]

T = TypeVar("T")


class AsyncRegistryClient(Endpoints):
    """`RegistryClient` for one event loop: the same methods, to be awaited."""

    def __init__(
        self,
        settings: Any,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.config = ClientConfig.of(settings)
        self._exchange = Exchange(self.config)
        self._http = httpx2.AsyncClient(transport=transport, **self._exchange.options())
        self._flights: dict[Key, asyncio.Task[Any]] = {}

    async def send(self, operation: Operation[T]) -> T:
        """Return the result of ``operation``, from a cache where that is right.

        Tasks that ask the same at the same time share one request; one of
        them being cancelled does not take it from the others.
        """
        kept = self._exchange.kept(operation)
        if kept is not MISSING:
            return cast(T, kept)
        if operation.keep is Keep.NOT:
            return await self._ask(operation)
        flight = self._flights.get(operation.key)
        if flight is None:
            flight = asyncio.ensure_future(self._ask(operation))
            self._flights[operation.key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(operation.key, None))
        return cast(T, await asyncio.shield(flight))

    async def run(self, steps: Steps[T]) -> T:
        """Send each operation that ``steps`` yields, and return its result."""
        try:
            operation = next(steps)
            while True:
                try:
                    result = await self.send(operation)
                except ClientError as error:
                    operation = steps.throw(error)
                else:
                    operation = steps.send(result)
        except StopIteration as end:
            return cast(T, end.value)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncRegistryClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _ask(self, operation: Operation[T]) -> T:
        steps = attempts(self._exchange, operation)
        try:
            step = next(steps)
            while True:
                step = steps.send(await self._done(step))
        except StopIteration as end:
            return cast(T, end.value)

    async def _done(self, step: Request | Pause) -> Outcome:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return await self._http.request(**step)
        except httpx2.RequestError as error:
            return error
