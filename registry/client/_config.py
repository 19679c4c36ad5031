"""The client's settings, under the keys of Confluent's clients."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

__all__ = ["ClientConfig", "TokenProvider"]

TokenProvider = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Given the config, returns ``bearer.auth.token`` and what goes with it."""


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """Where the registry is, and how to talk to it.

    Times are in seconds. Secrets are left out of ``repr``.
    """

    urls: tuple[str, ...]
    basic: str | None = field(default=None, repr=False)
    bearer: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    key_password: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    timeout: float = 10.0
    cache_capacity: int = 1000
    cache_latest_ttl: float = 300.0
    cache_directory: Path | None = None
    cache_directory_max_bytes: int = 256 * 1024 * 1024
    max_retries: int = 3
    retry_wait: float = 0.1
    retry_max_wait: float = 20.0

    @classmethod
    def of(cls, settings: str | Mapping[str, Any] | ClientConfig) -> ClientConfig:
        """Read a URL, or a mapping with Confluent's keys.

        Raises `ValueError` that names the key for an unknown one, a missing
        URL or a value of the wrong kind.
        """
        if isinstance(settings, ClientConfig):
            return settings
        given = {"url": settings} if isinstance(settings, str) else dict(settings)
        bearer = {key: given.pop(key) for key in list(given) if _is_bearer(key)}
        for key in given:
            if key not in _FIELDS:
                raise ValueError(_unknown(key))
        urls, basic = _urls(given.pop("url", None))
        basic = given.pop("basic.auth.user.info", None) or basic
        if basic is not None and bearer:
            raise ValueError("give basic.auth.user.info or bearer.auth.*, not both")
        values = {
            _FIELDS[key][0]: _converted(key, value)
            for key, value in given.items()
            if value is not None
        }
        return cls(urls=urls, basic=basic, bearer=bearer, **values)


def _seconds(value: Any) -> float:
    return float(value)


def _milliseconds(value: Any) -> float:
    return float(value) / 1000


_FIELDS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "url": ("urls", str),
    "basic.auth.user.info": ("basic", str),
    "ssl.ca.location": ("ca", str),
    "ssl.certificate.location": ("certificate", str),
    "ssl.key.location": ("key", str),
    "ssl.key.password": ("key_password", str),
    "proxy": ("proxy", str),
    "timeout": ("timeout", _seconds),
    "cache.capacity": ("cache_capacity", int),
    "cache.latest.ttl.sec": ("cache_latest_ttl", _seconds),
    "cache.directory": ("cache_directory", Path),
    "cache.directory.max.bytes": ("cache_directory_max_bytes", int),
    "max.retries": ("max_retries", int),
    "retries.wait.ms": ("retry_wait", _milliseconds),
    "retries.max.wait.ms": ("retry_max_wait", _milliseconds),
}


def _is_bearer(key: str) -> bool:
    return key.startswith("bearer.auth.")


def _converted(key: str, value: Any) -> Any:
    try:
        converted = _FIELDS[key][1](value)
    except (TypeError, ValueError):
        raise ValueError(f"{key} cannot be {value!r}") from None
    if isinstance(converted, int | float) and not converted >= 0:  # NaN is neither
        raise ValueError(f"{key} cannot be {value!r}: it is a number from 0 on")
    return converted


def _unknown(key: str) -> str:
    near = difflib.get_close_matches(key, _FIELDS, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"unknown setting {key!r}{meant}"


def _urls(given: Any) -> tuple[tuple[str, ...], str | None]:
    """Split a comma list, and take ``user:password@`` out of its members."""
    if not isinstance(given, str) or not given.strip():
        raise ValueError("url is missing: give the registry's address")
    basic = None
    urls = []
    for each in given.split(","):
        parts = _split(each.strip())
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url {_without_password(each)!r} is not an http(s) URL")
        if parts.username:
            basic = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        host = parts.netloc.rpartition("@")[2]
        urls.append(urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", "")))
    return tuple(urls), basic


def _split(url: str) -> SplitResult | None:
    """Return the parts of ``url``; None when its host or port cannot be one."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # looked at only when it is asked for
    except ValueError:
        return None
    return parts


def _without_password(url: str) -> str:
    return url.rpartition("@")[2].strip()
