"""Whether answers stay as fast while the registry grows: 10^3 to 10^6 schemas.

In one process, without HTTP, so that nothing hides what grows: use cases through
the service, each on keys drawn at random. Ten versions to a subject. The baseline
is the smallest size of the same run; pages are of up to 100 subjects. A million
schemas take about 2 GB of disk.
`python -m benchmarks.scale --only sqlite --sizes 1000 100000`.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from benchmarks import stock
from benchmarks.markdown import machine, table
from registry.service.compatibility import check_subject
from registry.service.lookup import lookup
from registry.service.names import SubjectName
from registry.service.register import register
from registry.service.requests import SchemaRequest
from registry.service.session import Registry, Session
from registry.service.subject_marks import SubjectMarks
from registry.service.subjects import list_subjects
from registry.service.versions import Listing
from registry.settings import Settings
from registry.store import schemas, versions
from registry.store.subject_pages import Listed
from registry.store.subjects import Scope
from tests.postgres import postgres_server

__all__ = ["database", "main"]

_SIZES = (1_000, 100_000, 1_000_000)
_PAGE = 100
_DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}

Read = Callable[[Session, int], object]


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--sizes", type=int, nargs="*", default=_SIZES)
    parser.add_argument("--samples", type=int, default=300)
    chosen = parser.parse_args()
    print(machine())
    for name in ("sqlite", "postgresql"):
        if chosen.only in (None, name):
            found = [_measured(name, size, chosen.samples) for size in chosen.sizes]
            _print(name, chosen.sizes, found)


def _measured(name: str, size: int, samples: int) -> dict[str, list[float]]:
    """Return microseconds of each use case, in a database of ``size`` schemas."""
    with database(name) as url:
        count = size // stock.VERSIONS
        stock.fill(url, count)
        registry = Registry(Settings(database_url=url))
        try:
            return {
                name: _times(work, count, samples)
                for name, work in _works(registry, count).items()
            }
        finally:
            registry.database.close()


def _works(registry: Registry, count: int) -> dict[str, Callable[[int], object]]:
    reads: dict[str, Read] = {
        "schema by id": lambda s, n: schemas.find_by_id(s.db, ".", n * 10 + 5),
        "schema by content": lambda s, n: lookup(
            s, _name(n), _request(f"{n}_4"), normalize=None, deleted=False
        ),
        "latest version": lambda s, n: versions.find_latest(
            s.db, stock.subject_name(n)
        ),
        "versions of a subject": lambda s, n: versions.numbers(
            s.db, stock.subject_name(n)
        ),
        "first page of subjects": lambda s, _: list_subjects(
            s, "", Listing(limit=_PAGE)
        ),
        "page of a prefix": lambda s, n: list_subjects(
            s, stock.subject_name(n)[:-2], Listing(limit=_PAGE)
        ),
        "page by offset, anywhere": lambda s, n: list_subjects(
            s, "", Listing(offset=n, limit=_PAGE)
        ),
        "page in the middle, by offset": lambda s, _: list_subjects(
            s, "", Listing(offset=count // 2, limit=_PAGE)
        ),
        "the same, first after a change": lambda s, _: SubjectMarks().page(
            s.db, Listed(Scope(default_only=True)), count // 2, _PAGE
        ),
        "check of a new schema": lambda s, n: check_subject(
            s, _name(n), _request(f"c{n}"), normalize=None
        ),
    }
    works = {name: _in_session(registry, read) for name, read in reads.items()}
    return works | {
        "registration": lambda n: register(
            registry, _name(n), _request(f"r{n}_{random.getrandbits(40)}")
        )
    }


def _in_session(registry: Registry, read: Read) -> Callable[[int], object]:
    def work(number: int) -> object:
        with registry.reading() as session:
            return read(session, number)

    return work


def _name(number: int) -> SubjectName:
    return SubjectName.parse(stock.subject_name(number))


def _request(label: str) -> SchemaRequest:
    return SchemaRequest(text=stock.schema_text(label))


def _times(work: Callable[[int], object], count: int, samples: int) -> list[float]:
    drawn = random.Random(7)
    found = []
    for place in range(samples + samples // 5):
        number = drawn.randrange(count)
        start = time.perf_counter()
        work(number)
        if place >= samples // 5:  # the first ones warm up
            found.append((time.perf_counter() - start) * 1e6)
    return found


@contextmanager
def database(name: str) -> Iterator[str]:
    """Give the URL of an empty database of this kind, durable as in production."""
    if name == "postgresql":
        with postgres_server(_DURABLE) as server, server.database() as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder)}/dovetail.db"


def _print(name: str, sizes: list[int], found: list[dict[str, list[float]]]) -> None:
    heads = [f"{name}, us: p50 / p95", *(f"{size:,} schemas" for size in sizes)]
    print()
    table([*heads, "last / first"], (_row(work, found) for work in found[0]))


def _row(work: str, found: list[dict[str, list[float]]]) -> list[str]:
    middles = [median(each[work]) for each in found]
    cells = [
        f"{middle:,.0f} / {quantiles(each[work], n=20)[-1]:,.0f}"
        for middle, each in zip(middles, found, strict=True)
    ]
    return [work, *cells, f"{middles[-1] / middles[0]:.2f}"]


if __name__ == "__main__":
    main()
