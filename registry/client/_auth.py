"""How a request says who sends it: basic, a token, or OAuth's client credentials."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

import httpx2

from registry.client._config import ClientConfig
from registry.client._errors import ClientError

__all__ = ["auth_of"]


def auth_of(config: ClientConfig) -> httpx2.Auth | None:
    """Return what signs the requests of a client with ``config``."""
    if config.basic is not None:
        user, _, password = config.basic.partition(":")
        return httpx2.BasicAuth(user, password)
    if not config.bearer:
        return None
    return _Bearer(_source(config.bearer), config.bearer)


def _source(bearer: Mapping[str, Any]) -> Callable[[], tuple[Mapping[str, str], float]]:
    """Return a function that gives a token with its lifetime in seconds."""
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
        return _ClientCredentials(bearer)
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

    def auth_flow(self, request: httpx2.Request) -> Any:
        token = self._current()
        request.headers["Authorization"] = f"Bearer {token['bearer.auth.token']}"
        for header, key in (
            ("target-sr-cluster", "bearer.auth.logical.cluster"),
            ("Confluent-Identity-Pool-Id", "bearer.auth.identity.pool.id"),
        ):
            value = token.get(key) or self._bearer.get(key)
            if value:
                request.headers[header] = value
        yield request

    def _current(self) -> Mapping[str, str]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._token, lifetime = self._source()
                # A token that ends while a request is on its way is refused.
                self._until = time.monotonic() + lifetime * 0.8
            return self._token


class _ClientCredentials:
    """OAuth 2.0's client credentials grant (RFC 6749, section 4.4)."""

    def __init__(self, bearer: Mapping[str, Any]) -> None:
        self._url = _needed(bearer, "bearer.auth.issuer.endpoint.url")
        self._form = {
            "grant_type": "client_credentials",
            "scope": _needed(bearer, "bearer.auth.scope"),
        }
        self._credentials = (
            _needed(bearer, "bearer.auth.client.id"),
            _needed(bearer, "bearer.auth.client.secret"),
        )

    def __call__(self) -> tuple[Mapping[str, str], float]:
        try:
            answer = httpx2.post(self._url, data=self._form, auth=self._credentials)
            answer.raise_for_status()
            body = answer.json()
            token = {"bearer.auth.token": body["access_token"]}
            return token, float(body.get("expires_in", 60))
        except (httpx2.HTTPError, KeyError, ValueError) as error:
            # The body may repeat the secret: only the kind of failure is told.
            raise ClientError(
                f"no token from {self._url}: {type(error).__name__}"
            ) from None
