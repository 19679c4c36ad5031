"""The client's pages: every option is listed, every snippet runs as it is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from registry.client._config import _FIELDS
from registry.client.serdes import _options
from tests.broker import Broker
from tests.running import Dovetail

ROOT = Path(__file__).parents[2]
HOW_TO = (ROOT / "docs" / "how-to" / "producer-and-consumer.md").read_text()
REFERENCE = (ROOT / "docs" / "reference" / "client.md").read_text()
SNIPPETS = re.findall(r"```python\n(.*?)```", HOW_TO, re.S)
ORDERS, *OTHERS = SNIPPETS
NEEDS_ANOTHER_BROKER = ("import pika", "import redis")


@pytest.mark.parametrize(
    "key",
    [*_FIELDS, *_options._SERIALIZER_KEYS, *_options._DESERIALIZER_KEYS],
)
def test_every_setting_is_in_the_reference(key: str) -> None:
    assert key.removeprefix("subject.name.strategy") in REFERENCE


@pytest.mark.parametrize("at", range(len(OTHERS)))
def test_the_snippet_runs_as_it_is_printed(
    dovetail: Dovetail, broker: Broker, tmp_path: Path, at: int
) -> None:
    snippet = OTHERS[at]
    compile(snippet, "snippet", "exec")
    if any(each in snippet for each in NEEDS_ANOTHER_BROKER):
        return
    if "FastStream(broker)" in snippet:
        snippet += "\nimport asyncio\nasync def brief():\n"
        snippet += "    await asyncio.gather(app.run(), stop())\n"
        snippet += "async def stop():\n    await asyncio.sleep(3)\n    app.exit()\n"
        snippet += "asyncio.run(brief())\n"
    for name, text in (("orders.py", ORDERS), ("snippet.py", snippet)):
        text = text.replace("http://127.0.0.1:8081", dovetail.url)
        text = text.replace("127.0.0.1:9092", broker.bootstrap)
        text = text.replace("/var/cache", str(tmp_path))
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "snippet.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if "print(" in snippet:
        assert done.stdout.strip(), done.stderr
