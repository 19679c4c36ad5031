"""A registry behind TLS, and tokens from an OAuth issuer, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from registry.client import (
    AsyncRegistryClient,
    ClientError,
    RegistryClient,
    RegistryUnavailable,
)
from tests.running import Dovetail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The files of a certificate for 127.0.0.1 that signed itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "registry")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(files[0]), str(files[1])


@contextlib.contextmanager
def behind_tls(
    dovetail: Dovetail, certificate: tuple[str, str], *, mutual: bool = False
) -> Iterator[str]:
    """Give the https URL of a relay that ends TLS before ``dovetail``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    if mutual:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificate[0])
    inner = urlsplit(dovetail.url)

    async def relay(reader: Any, writer: Any) -> None:
        there = await asyncio.open_connection(inner.hostname, inner.port)
        await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))

    async def copy(source: Any, sink: Any) -> None:
        try:
            with contextlib.suppress(OSError):
                while octets := await source.read(65536):
                    sink.write(octets)
                    await sink.drain()
        finally:
            sink.close()
            with contextlib.suppress(OSError):
                await sink.wait_closed()

    loop = asyncio.new_event_loop()
    start = asyncio.start_server(relay, "127.0.0.1", 0, ssl=context)
    server = loop.run_until_complete(start)
    port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.1))
        loop.close()


def test_a_registry_whose_authority_is_named_is_trusted(
    dovetail: Dovetail, certificate: tuple[str, str]
) -> None:
    async def subjects(settings: dict[str, Any]) -> list[str]:
        async with AsyncRegistryClient(settings) as client:
            return await client.list_subjects()

    with behind_tls(dovetail, certificate) as url:
        settings = {"url": url, "ssl.ca.location": certificate[0]}
        with RegistryClient(dovetail.url) as plain:
            expected = plain.list_subjects()
        with RegistryClient(settings) as client:
            assert client.list_subjects() == expected
        assert asyncio.run(subjects(settings)) == expected


def test_a_registry_of_an_unknown_authority_is_refused(
    dovetail: Dovetail, certificate: tuple[str, str]
) -> None:
    with (
        behind_tls(dovetail, certificate) as url,
        RegistryClient({"url": url, "max.retries": 0}) as client,
        pytest.raises(RegistryUnavailable, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.list_subjects()


def test_a_client_certificate_is_shown_where_it_is_asked_for(
    dovetail: Dovetail, certificate: tuple[str, str]
) -> None:
    with behind_tls(dovetail, certificate, mutual=True) as url:
        trusted = {"url": url, "ssl.ca.location": certificate[0], "max.retries": 0}
        shown = {
            "ssl.certificate.location": certificate[0],
            "ssl.key.location": certificate[1],
        }
        with RegistryClient(trusted | shown) as client:
            assert isinstance(client.list_subjects(), list)
        with (
            RegistryClient(trusted) as client,
            pytest.raises(RegistryUnavailable),
        ):
            client.list_subjects()


class Issuer(BaseHTTPRequestHandler):
    """An OAuth token endpoint and a registry that says who asked it."""

    asked: ClassVar[list[tuple[str, dict[str, list[str]]]]]
    seen: ClassVar[list[str | None]]
    status: ClassVar[int]

    def do_POST(self) -> None:  # http.server's name
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append((self.headers["Authorization"], parse_qs(form)))
        token = {"access_token": f"t{len(self.asked)}", "expires_in": 3600}
        self._answer(token, self.status)

    def do_GET(self) -> None:
        self.seen.append(self.headers["Authorization"])
        self._answer(["orders-value"], 200)

    def _answer(self, body: Any, status: int) -> None:
        octets = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits until all sockets are

    def handle_error(self, *_: Any) -> None:
        """Say nothing: a client that refuses the certificate hangs up."""


@contextlib.contextmanager
def issuing(
    certificate: tuple[str, str] | None = None, *, status: int = 200
) -> Iterator[tuple[type[Issuer], dict[str, Any]]]:
    """Give the handler of a server, and settings that use it for both ends."""

    class Handler(Issuer):
        asked: ClassVar = []
        seen: ClassVar = []

    Handler.status = status
    server = Quiet(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    scheme = "http" if certificate is None else "https"
    url = f"{scheme}://127.0.0.1:{server.server_port}"
    try:
        yield (
            Handler,
            {
                "url": url,
                "max.retries": 0,
                "bearer.auth.credentials.source": "OAUTHBEARER",
                "bearer.auth.issuer.endpoint.url": f"{url}/token",
                "bearer.auth.client.id": "shop",
                "bearer.auth.client.secret": "s3cret",
                "bearer.auth.scope": "schemas",
                "bearer.auth.logical.cluster": "lsrc-1",
                "bearer.auth.identity.pool.id": "pool-1",
            },
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_one_token_of_the_issuer_signs_all_requests_while_it_lasts() -> None:
    with issuing() as (handler, settings), RegistryClient(settings) as client:
        assert [client.list_subjects() for _ in range(3)] == [["orders-value"]] * 3
    basic = f"Basic {base64.b64encode(b'shop:s3cret').decode()}"
    form = {"grant_type": ["client_credentials"], "scope": ["schemas"]}
    assert handler.asked == [(basic, form)]
    assert handler.seen == ["Bearer t1"] * 3


def test_tasks_share_the_token_too() -> None:
    async def ask(settings: dict[str, Any]) -> list[list[str]]:
        async with AsyncRegistryClient(settings) as client:
            return await asyncio.gather(*(client.list_subjects() for _ in range(5)))

    with issuing() as (handler, settings):
        assert asyncio.run(ask(settings)) == [["orders-value"]] * 5
    assert len(handler.asked) == 1
    assert handler.seen == ["Bearer t1"] * 5


def test_the_issuer_is_trusted_by_the_authority_that_is_named(
    certificate: tuple[str, str],
) -> None:
    with issuing(certificate) as (handler, settings):
        trusted = settings | {"ssl.ca.location": certificate[0]}
        with RegistryClient(trusted) as client:
            assert client.list_subjects() == ["orders-value"]
    assert handler.seen == ["Bearer t1"]


def test_an_issuer_of_another_authority_never_sees_the_secret(
    certificate: tuple[str, str],
) -> None:
    # Only the issuer is behind TLS, and nobody vouches for it.
    with (
        issuing() as (registry, plain),
        issuing(certificate) as (handler, settings),
        RegistryClient(settings | {"url": plain["url"]}) as client,
        pytest.raises(RegistryUnavailable, match=r"a token.*CERTIFICATE_VERIFY"),
    ):
        client.list_subjects()
    assert (handler.asked, registry.seen) == ([], [])


def test_an_issuer_that_says_no_is_named_without_the_secret() -> None:
    with (
        issuing(status=401) as (handler, settings),
        RegistryClient(settings) as client,
        pytest.raises(ClientError) as refused,
    ):
        client.list_subjects()
    url = settings["bearer.auth.issuer.endpoint.url"]
    assert str(refused.value) == f"no token: {url} said 401"
    assert handler.seen == []
