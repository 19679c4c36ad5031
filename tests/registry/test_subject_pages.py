"""A page far down the list of subjects is right at once on every node, and cheap."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from benchmarks import stock
from registry.service.deletion import (
    delete_subject,
    delete_version,
    undelete_subject,
    undelete_version,
)
from registry.service.names import SubjectName
from registry.service.register import register
from registry.service.requests import SchemaRequest
from registry.service.session import Registry, Session
from registry.service.subject_marks import SubjectMarks
from registry.service.subjects import list_subjects, scope_of
from registry.service.versions import Listing
from registry.settings import Settings
from registry.store import subjects
from registry.store.subject_pages import STRIDE, Listed, page_from

SUBJECTS = 1_500
EVERY = Listed(scope_of(""))


@pytest.fixture
def nodes(database: str) -> Iterator[tuple[Registry, Registry]]:
    """Two that know nothing of each other, over one database."""
    stock.fill(database, SUBJECTS)
    made = Registry(Settings(database_url=database))
    other = Registry(Settings(database_url=database))
    yield made, other
    made.database.close()
    other.database.close()


def named(text: str) -> SubjectName:
    return SubjectName.parse(text)


def add(registry: Registry, subject: str, label: str = "a") -> None:
    request = SchemaRequest(text=stock.schema_text(label))
    register(registry, named(subject), request)


def page(registry: Registry, prefix: str, listing: Listing) -> Sequence[str]:
    with registry.reading() as session:
        return list_subjects(session, prefix, listing)


def expected(registry: Registry, prefix: str, listing: Listing) -> Sequence[str]:
    """Return the page as one query gives it that counts all of its offset off."""
    with registry.reading() as session:
        return subjects.names(
            session.db,
            scope_of(prefix),
            deleted=listing.deleted,
            deleted_only=listing.deleted_only,
            offset=listing.offset,
            limit=listing.limit,
        )


def change(registry: Registry, drawn: random.Random) -> None:
    """Do something to some subject: old or new, of the default context or another."""
    subject = stock.subject_name(drawn.randrange(SUBJECTS))
    own = named(drawn.choice(("", "x", "x", ":.c:")) + subject)

    def toggle(session: Session) -> None:
        row = subjects.find_subject(session.db, own.qualified)
        if row is None:
            return
        if row.live:
            delete_subject(session, own, permanent=False)
        elif drawn.random() < 0.5:
            undelete_subject(session, own)
        else:
            delete_subject(session, own, permanent=True)

    if drawn.random() < 0.5:
        add(registry, own.qualified, label=f"n{drawn.getrandbits(30)}")
    else:
        registry.write(toggle)


@pytest.mark.parametrize("seed", range(2))
def test_pages_are_those_of_one_plain_query(
    nodes: tuple[Registry, Registry], seed: int
) -> None:
    drawn = random.Random(seed)
    shown: tuple[dict[str, bool], ...] = ({}, {"deleted": True}, {"deleted_only": True})
    asked, compared = 0, 0
    for _ in range(60):
        change(drawn.choice(nodes), drawn)
        for node in nodes:
            listing = Listing(
                **drawn.choice(shown),
                offset=drawn.randrange(SUBJECTS + 200),
                limit=drawn.choice((1, 10, 300)),
            )
            prefix = drawn.choice(("", "stocked-0", ":*:", ":.c:", ":*:xs"))
            found = page(node, prefix, listing)
            assert found == expected(node, prefix, listing)
            asked += listing.offset > STRIDE
            compared += len(found)
    assert asked > 60
    assert compared > 1000


def test_a_walk_gives_each_subject_once(nodes: tuple[Registry, Registry]) -> None:
    node, _ = nodes
    walked = [
        name
        for offset in range(0, SUBJECTS + 100, 70)
        for name in page(node, "", Listing(offset=offset, limit=70))
    ]

    assert walked == [stock.subject_name(each) for each in range(SUBJECTS)]


def test_two_subjects_that_go_at_once_are_both_there_or_neither(
    nodes: tuple[Registry, Registry],
) -> None:
    writer, reader = nodes
    before, after = stock.subject_name(3), stock.subject_name(805)

    def turn(session: Session, work: Callable[..., Any]) -> None:
        work(session, named(before))
        work(session, named(after))

    def toggle() -> None:
        for _ in range(40):
            writer.write(partial(turn, work=partial(delete_subject, permanent=False)))
            writer.write(partial(turn, work=undelete_subject))

    wanted = Listing(offset=800, limit=20)
    both = page(reader, "", wanted)
    rest = [stock.subject_name(each) for each in range(801, 822) if each != 805]
    seen = set()
    with ThreadPoolExecutor(1) as pool:
        toggling = pool.submit(toggle)
        while not toggling.done():
            found = page(reader, "", wanted)
            assert found in (both, rest)
            seen.add(tuple(found))
        toggling.result()

    assert page(reader, "", wanted) == both
    assert len(seen) == 2


def test_what_changes_the_state_of_the_list(nodes: tuple[Registry, Registry]) -> None:
    node, _ = nodes

    def state() -> int:
        with node.reading() as session:
            return page_from(session.db, EVERY, "", offset=0, limit=1)[0]

    def changes(work: Callable[[], object]) -> bool:
        then = state()
        work()
        assert state() >= then
        return state() != then

    def within(work: Callable[[Session], object]) -> Callable[[], object]:
        return lambda: node.write(work)

    new, request = named("new"), SchemaRequest(text=stock.schema_text("c"))
    found = [
        changes(lambda: add(node, "new", "a")),
        changes(lambda: add(node, "new", "b")),
        changes(lambda: register(node, named("dry"), request, dry_run=True)),
        changes(within(lambda s: delete_version(s, new, 1, permanent=False))),
        changes(within(lambda s: delete_version(s, new, 2, permanent=False))),
        changes(within(lambda s: undelete_version(s, new, 2))),
        changes(within(lambda s: delete_version(s, new, 1, permanent=True))),
        changes(within(lambda s: delete_version(s, new, 2, permanent=False))),
        changes(lambda: add(node, "new", "d")),
        changes(within(lambda s: delete_subject(s, new, permanent=False))),
        changes(within(lambda s: delete_subject(s, new, permanent=True))),
        changes(lambda: add(node, ":.c:new", "a")),
    ]

    assert found == [
        *(True, False, False, False, True, True),
        *(False, True, True, True, True, True),
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_has_been_counted_is_not_counted_again(
    nodes: tuple[Registry, Registry],
) -> None:
    node, other = nodes
    offset = 5 * STRIDE + 3
    marks = SubjectMarks()

    def steps() -> int:
        """Return how many instructions SQLite's machine needs for the page."""
        with node.reading() as session:
            return counted(session.db, lambda: marks.page(session.db, EVERY, offset, 9))

    cold, warm = steps(), steps()
    add(other, "zzz")
    changed, again = steps(), steps()

    assert warm < cold / 10
    assert cold < changed < cold * 2
    assert again == warm


def counted(db: Connection, work: Callable[[], object]) -> int:
    driver: Any = db.connection.driver_connection
    found = 0

    def count() -> None:
        nonlocal found
        found += 1

    driver.set_progress_handler(count, 1)
    try:
        work()
    finally:
        driver.set_progress_handler(None, 1)
    return found


def test_no_more_marks_are_kept_than_said(nodes: tuple[Registry, Registry]) -> None:
    node, _ = nodes
    marks = SubjectMarks(3)
    with node.reading() as session:
        found = [
            marks.page(session.db, wanted, offset, 2)
            for offset in (1_400, 500, 1_400)
            for wanted in (EVERY, Listed(scope_of("stocked-0")))
        ]

    names = [stock.subject_name(each) for each in (1_400, 1_401, 500, 501)]
    deep, high = names[:2], names[2:]
    assert found == [deep, deep, high, high, deep, deep]
