"""How a request says who sends it: basic, a token, or OAuth's client credentials."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from threading import Lock
from typing import Any

import httpx2

from registry.client._config import ClientConfig
from registry.client._errors import ClientError, RegistryUnavailable
from registry.client._tls import tls_of

__all__ = ["auth_of"]


def auth_of(config: ClientConfig) -> httpx2.Auth | None:
    """Return what signs the requests of a client with ``config``."""
    if config.basic is not None:
        user, _, password = config.basic.partition(":")
        return httpx2.BasicAuth(user, password)
    if not config.bearer:
        return None
    return _Bearer(_source(config), config.bearer)


def _source(config: ClientConfig) -> Callable[[], tuple[Mapping[str, str], float]]:
    """Return a function that gives a token with its lifetime in seconds."""
    bearer = config.bearer
    source = bearer.get("bearer.auth.credentials.source")
    forever = float("inf")
    if source == "STATIC_TOKEN":
        token = {"bearer.auth.token": _needed(bearer, "bearer.auth.token")}
        return lambda: (token, forever)
    if source == "CUSTOM":
        provider = _needed(bearer, "bearer.auth.custom.provider.function")
        given = bearer.get("bearer.auth.custom.provider.config") or {}
        # The provider caches its tokens itself, as Confluent's contract has it.
        return lambda: (provider(given), 0.0)
    if source == "OAUTHBEARER":
        return _ClientCredentials(config)
    raise ValueError(
        f"bearer.auth.credentials.source cannot be {source!r}; it is STATIC_TOKEN, "
        "OAUTHBEARER or CUSTOM (a function that returns a token, for any other)"
    )


def _needed(bearer: Mapping[str, Any], key: str) -> Any:
    value = bearer.get(key)
    if not value:
        raise ValueError(f"{key} is missing")
    return value


class _Bearer(httpx2.Auth):
    """Adds the token, and gets a new one before the old one ends."""

    def __init__(
        self,
        source: Callable[[], tuple[Mapping[str, str], float]],
        bearer: Mapping[str, Any],
    ) -> None:
        self._source = source
        self._bearer = bearer
        self._lock = Lock()
        self._token: Mapping[str, str] = {}
        self._until = 0.0

    def sync_auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        self._sign(request, self._current())
        yield request

    async def async_auth_flow(
        self, request: httpx2.Request
    ) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        fresh = time.monotonic() < self._until
        # The issuer, or a provider of the caller's, may keep us waiting.
        token = self._token if fresh else await asyncio.to_thread(self._current)
        self._sign(request, token)
        yield request

    def _sign(self, request: httpx2.Request, token: Mapping[str, str]) -> None:
        request.headers["Authorization"] = f"Bearer {token['bearer.auth.token']}"
        for header, key in (
            ("target-sr-cluster", "bearer.auth.logical.cluster"),
            ("Confluent-Identity-Pool-Id", "bearer.auth.identity.pool.id"),
        ):
            value = token.get(key) or self._bearer.get(key)
            if value:
                request.headers[header] = value

    def _current(self) -> Mapping[str, str]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._token, lifetime = self._source()
                # A token that ends while a request is on its way is refused.
                self._until = time.monotonic() + lifetime * 0.8
            return self._token


class _ClientCredentials:
    """OAuth 2.0's client credentials grant (RFC 6749, section 4.4)."""

    def __init__(self, config: ClientConfig) -> None:
        bearer = config.bearer
        self._url = _needed(bearer, "bearer.auth.issuer.endpoint.url")
        self._form = {
            "grant_type": "client_credentials",
            "scope": _needed(bearer, "bearer.auth.scope"),
        }
        self._credentials = (
            _needed(bearer, "bearer.auth.client.id"),
            _needed(bearer, "bearer.auth.client.secret"),
        )
        # The secret goes to nobody whom the registry's own settings do not trust.
        self._options: dict[str, Any] = {
            "verify": tls_of(config),
            "proxy": config.proxy,
            "timeout": config.timeout,
        }

    def __call__(self) -> tuple[Mapping[str, str], float]:
        try:
            answer = httpx2.post(
                self._url, data=self._form, auth=self._credentials, **self._options
            )
            if answer.is_error:
                # The body may repeat the secret.
                raise ClientError(f"no token: {self._url} said {answer.status_code}")
            body = answer.json()
            token = {"bearer.auth.token": body["access_token"]}
            return token, float(body.get("expires_in", 60))
        except httpx2.TransportError as error:
            reason = str(error) or type(error).__name__
            raise RegistryUnavailable("a token", {self._url: reason}) from None
        except (httpx2.HTTPError, KeyError, TypeError, ValueError) as error:
            raise ClientError(
                f"no token: {self._url} gave no usable answer ({type(error).__name__})"
            ) from None
