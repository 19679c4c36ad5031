"""Looks at the database from an event loop: shared, after who asks, never for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import text

from registry.front.looks import Looks, SqliteLooks
from registry.front.postgres_looks import PostgresLooks
from registry.front.watch import LEASE_SECONDS, Moment, SqliteWatch
from registry.store import deletions
from registry.store.engine import Database
from registry.store.migrations import upgrade


@asynccontextmanager
async def looking(database: str) -> AsyncIterator[tuple[Database, Looks]]:
    """Give an opened database, and looks that have begun to tell."""
    opened = Database(database)
    upgrade(opened)
    loop = asyncio.get_running_loop()
    looks: Looks = (
        SqliteLooks(SqliteWatch(str(opened.url.database)), loop)
        if opened.sqlite
        else PostgresLooks(opened, loop)
    )
    await until(looks, lambda now: now is not None)
    try:
        yield opened, looks
    finally:
        looks.close()
        opened.close()


async def look(looks: Looks) -> Moment | None:
    told: asyncio.Future[Moment | None] = asyncio.Future()
    looks.ask(told.set_result)
    assert not told.done()
    return await told


async def until(looks: Looks, ready: Callable[[Moment | None], bool]) -> float:
    """Look until it is ``ready``; return how many seconds that took."""
    begun = time.monotonic()
    while not ready(now := await look(looks)):
        assert time.monotonic() < begun + 10, now
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


def run(database: str, test: Callable[[Database, Looks], Awaitable[None]]) -> None:
    async def main() -> None:
        async with looking(database) as (opened, looks):
            await test(opened, looks)

    asyncio.run(main())


def write(opened: Database) -> None:
    with opened.writing() as db:
        db.execute(text("INSERT INTO modes VALUES ('s', 'IMPORT')"))
        db.execute(text("DELETE FROM modes"))


def test_only_what_is_committed_changes_the_state(database: str) -> None:
    async def test(opened: Database, looks: Looks) -> None:
        first = await look(looks)
        with opened.reading() as db:
            deletions.count(db)
        assert await look(looks) == first
        seen = {first}
        for _ in range(5):
            write(opened)
            seen.add(await look(looks))
            assert await look(looks) in seen
        assert len(seen) == 6
        if not opened.sqlite:
            with opened.writing() as db:
                db.execute(text("INSERT INTO modes VALUES ('s', 'IMPORT')"))
                during = await look(looks)
            assert await look(looks) not in {*seen, during}

    run(database, test)


def test_who_asks_while_a_look_is_under_way_waits_for_the_next(database: str) -> None:
    """What is told is never from before it was asked for."""

    async def test(opened: Database, looks: Looks) -> None:
        for _ in range(200):
            early = asyncio.create_task(look(looks))
            await asyncio.sleep(0)  # its query is on the way
            before = await look(looks)
            waiting = asyncio.create_task(look(looks))
            await asyncio.sleep(0)
            write(opened)
            after = [await look(looks), await look(looks)]
            assert after[0] == after[1]
            assert after[0] != before
            await asyncio.gather(early, waiting)

    run(database, test)


def test_all_that_wait_share_a_look(postgres_url: str) -> None:
    async def test(opened: Database, looks: Looks) -> None:
        query = text(
            "SELECT xact_commit FROM pg_stat_database "
            "WHERE datname = current_database()"
        )

        def commits() -> int:
            with opened.reading() as db:
                db.execute(text("SELECT pg_stat_clear_snapshot()"))
                found: int = db.execute(query).scalar_one()
                return found

        await asyncio.sleep(1.5)  # the server reports about once a second
        before = commits()
        await asyncio.gather(*(look(looks) for _ in range(1000)))
        await asyncio.sleep(1.5)
        # Some of the difference are the leases of three seconds.
        assert commits() - before < 100

    run(postgres_url, test)


def test_a_lease_names_the_deletions_and_nothing_else(postgres_url: str) -> None:
    async def test(opened: Database, looks: Looks) -> None:
        with opened.writing() as db:
            deletions.count_one_more(db)
        await look(looks)
        assert looks.leased() == Moment(None, 1)
        # It is kept up while it is used.
        for _ in range(20):
            await asyncio.sleep(LEASE_SECONDS / 10)
            assert looks.leased() == Moment(None, 1)

    run(postgres_url, test)


def test_a_deletion_is_seen_before_the_lease_ends(postgres_url: str) -> None:
    async def test(opened: Database, looks: Looks) -> None:
        for number in range(3):
            assert (looks.leased() or Moment(None, number)).deletions == number
            with opened.writing() as db:
                deletions.count_one_more(db)
            committed = time.monotonic()
            while time.monotonic() < committed + LEASE_SECONDS:
                looks.leased()
                await asyncio.sleep(0.01)
            assert (looks.leased() or Moment(None, number + 1)).deletions == number + 1

    run(postgres_url, test)


def test_a_database_that_hangs_is_waited_for_a_second(postgres_url: str) -> None:
    async def test(opened: Database, looks: Looks) -> None:
        with opened.writing() as db:
            db.execute(text("LOCK TABLE deletions IN ACCESS EXCLUSIVE MODE"))
            begun = time.monotonic()
            assert await look(looks) is None
            assert time.monotonic() - begun < 3
            # Meanwhile nobody waits at all.
            begun = time.monotonic()
            assert await look(looks) is None
            assert time.monotonic() - begun < 0.5
            assert looks.leased() is None
        await until(looks, lambda now: now is not None)

    run(postgres_url, test)


def test_a_connection_that_is_cut_is_made_again(postgres_url: str) -> None:
    async def same_after_a_cut(opened: Database, looks: Looks) -> bool:
        before = await look(looks)
        with opened.reading() as db:
            db.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            )
        await until(looks, lambda now: now is None)
        await until(looks, lambda now: now is not None)
        return await look(looks) == before

    async def test(opened: Database, looks: Looks) -> None:
        # The same server, and nothing was written. It cleans up now and then,
        # which is a transaction too: that it does each time is out of the question.
        assert any([await same_after_a_cut(opened, looks) for _ in range(3)])

    run(postgres_url, test)


def test_a_database_without_our_tables_says_nothing(postgres_url: str) -> None:
    async def main() -> None:
        opened = Database(postgres_url)
        looks = PostgresLooks(opened, asyncio.get_running_loop())
        for _ in range(20):
            assert await look(looks) is None
            await asyncio.sleep(0.02)
        looks.close()
        opened.close()

    asyncio.run(main())
