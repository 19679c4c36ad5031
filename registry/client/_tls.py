"""Whom a client trusts, and the certificate that it shows."""

from __future__ import annotations

import ssl

from registry.client._config import ClientConfig

__all__ = ["tls_of"]


def tls_of(config: ClientConfig) -> ssl.SSLContext | bool:
    """Return what httpx2 takes as ``verify``, for the registry and a token's issuer.

    Raises `ValueError` for files that cannot be used.
    """
    if config.ca is None and config.certificate is None:
        return True
    try:
        context = ssl.create_default_context(cafile=config.ca)
        if config.certificate is not None:
            context.load_cert_chain(config.certificate, config.key, config.key_password)
    except (OSError, ssl.SSLError) as error:
        raise ValueError(
            f"ssl.ca.location or ssl.certificate.location cannot be used: {error}"
        ) from None
    return context
