"""Claims about waiting for the next commit: bounded, in order, and nobody fails with another's fault."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from catalog.catalog import Catalog
from catalog.errors import Busy
from catalog.routes import routes
from catalog.web.line import Line, Room, Waiting
from lakeproof.services.background import serving
from lineage.actors import Role
from tests.support.record import ANNA, event

LINEAGE = "/api/v1/lineage"


def test_what_waits_is_bounded() -> None:
    """Beyond the bound of requests or of bytes a place is refused; who leaves makes room."""
    room = Room(Waiting(requests=2, bytes=10))
    with room.place() as one:
        one(6)
        with room.place() as two:
            with pytest.raises(Busy), room.place():
                pass
            with pytest.raises(Busy):
                two(5)
            two(4)
        with room.place() as three:
            three(4)
    with room.place() as four:
        four(10)


def test_a_group_shares_one_call_in_order() -> None:
    """What comes while one group is worked on is the next group."""
    groups: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(jobs: Sequence[int]) -> list[int]:
        groups.append(list(jobs))
        begun.set()
        assert go_on.wait(10)
        return [job * 10 for job in jobs]

    async def main() -> list[int]:
        line: Line[int, int] = Line(work)
        first = asyncio.create_task(line.answer(1))
        await asyncio.to_thread(begun.wait, 10)
        rest = [asyncio.create_task(line.answer(number)) for number in (2, 3, 4)]
        asyncio.get_running_loop().call_soon(go_on.set)
        return list(await asyncio.gather(first, *rest))

    assert asyncio.run(main()) == [10, 20, 30, 40]
    assert groups == [[1], [2, 3, 4]]


def test_those_who_asked_together_are_waited_for() -> None:
    """What came as a group and asks again is a group again, though one of them is quicker. Alone, nobody waits."""
    groups: list[int] = []

    def work(jobs: Sequence[int]) -> list[int]:
        groups.append(len(jobs))
        return list(jobs)

    async def main() -> None:
        line: Line[int, int] = Line(work, soon=60)
        for number in (1, 2):
            await line.answer(number)
        await asyncio.gather(*map(line.answer, (1, 2, 3)))
        quick = asyncio.create_task(line.answer(1))
        await asyncio.sleep(0)  # it asks; then the others do
        await asyncio.gather(quick, *map(line.answer, (2, 3)))

    asyncio.run(main())
    assert groups == [1, 1, 3, 3]


def test_nobody_fails_with_anothers_fault() -> None:
    """When a group fails, each job is tried alone: only the one to blame fails."""

    def work(jobs: Sequence[int]) -> list[int]:
        if 2 in jobs:
            raise ValueError(2)
        return list(jobs)

    async def main() -> list[int | BaseException]:
        line: Line[int, int] = Line(work)
        return await asyncio.gather(*map(line.answer, (1, 2, 3)), return_exceptions=True)

    one, two, three = asyncio.run(main())
    assert (one, three) == (1, 3) and isinstance(two, ValueError)


@contextmanager
def flooded(home: Path, waiting: Waiting) -> Iterator[tuple[str, Catalog]]:
    with Catalog.open(home) as catalog:
        app = FastAPI()
        app.include_router(routes(catalog, without_token=True, waiting=waiting))
        with serving(app) as url:
            yield url, catalog


def test_a_flood_is_told_to_come_again(tmp_path: Path) -> None:
    """More clients than may wait: each 201 is in the log, each 429 is not and names its Retry-After."""

    def send(number: int) -> tuple[int, int, str | None]:
        answer = client.post(url + LINEAGE, content=event(number), timeout=60)
        return number, answer.status_code, answer.headers.get("retry-after")

    with (
        flooded(tmp_path, Waiting(requests=4)) as (url, catalog),
        httpx.Client(trust_env=False) as client,
        ThreadPoolExecutor(32) as clients,
    ):
        answers = list(clients.map(send, range(300)))
        logged = {entry.payload for entry in catalog.log.entries()}
    taken = {number for number, status, _ in answers if status == 201}
    assert {event(number) for number in taken} == logged
    assert {(status, later) for number, status, later in answers if number not in taken} == {(429, "1")}
    assert taken


def test_a_body_that_does_not_fit_is_told_to_come_again(tmp_path: Path) -> None:
    """The bytes of bodies count as they come: one too many is 429, and afterwards there is room again."""
    with flooded(tmp_path, Waiting(bytes=2_000)) as (url, catalog):
        large = httpx.post(url + LINEAGE, content=event(1, padding="x" * 3_000), trust_env=False)
        assert (large.status_code, large.headers["retry-after"]) == (429, "1")
        assert httpx.post(url + LINEAGE, content=event(2), trust_env=False).status_code == 201
        assert catalog.log.size == 1


def test_a_token_revoked_while_others_pass_is_refused(tmp_path: Path) -> None:
    """That a token opened the door a moment ago does not count: it is looked up for every group."""
    with flooded(tmp_path, Waiting()) as (url, catalog):
        token = catalog.actors.add("dagster", Role.ENGINEER, by=ANNA)
        headers = {"Authorization": f"Bearer {token}"}
        for status, number in ((201, 1), (201, 2)):
            answer = httpx.post(url + LINEAGE, content=event(number), headers=headers, trust_env=False)
            assert answer.status_code == status
        catalog.actors.revoke("dagster", by=ANNA)
        answer = httpx.post(url + LINEAGE, content=event(3), headers=headers, trust_env=False)
        assert answer.status_code == 401
        assert [entry.kind for entry in catalog.log.entries()].count("openlineage") == 2
