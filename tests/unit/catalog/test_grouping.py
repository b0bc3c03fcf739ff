"""Threads share commits, each gets its own answer, and the fault of one is not the fault of all."""

import threading
from collections.abc import Sequence

import pytest

from catalog.grouping import Grouping


def test_every_thread_gets_the_answers_to_its_own_items() -> None:
    """However the writes were grouped, answers go to whom they belong."""
    grouping = Grouping[int, int](lambda items: [item * 2 for item in items], most=7)
    answers: dict[int, Sequence[int]] = {}

    def work(start: int) -> None:
        answers[start] = grouping.submit([start, start + 1, start + 2])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 300, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {start: [start * 2, start * 2 + 2, start * 2 + 4] for start in range(0, 300, 3)}


def test_who_waits_is_written_together() -> None:
    """While one write is under way, all that arrives meanwhile becomes one write."""
    entered, go_on = threading.Event(), threading.Event()
    writes: list[list[int]] = []

    def write(items: Sequence[int]) -> list[int]:
        writes.append(list(items))
        if items[0] == 0:
            entered.set()
            go_on.wait()
        return list(items)

    grouping = Grouping[int, int](write, most=100)
    first = threading.Thread(target=grouping.submit, args=([0],))
    first.start()
    entered.wait()
    others = [threading.Thread(target=grouping.submit, args=([number],)) for number in range(1, 6)]
    for thread in others:
        thread.start()
    while len(grouping._waiting) < 5:
        pass
    go_on.set()
    for thread in (first, *others):
        thread.join()
    assert len(writes) == 2 and sorted(writes[1]) == [1, 2, 3, 4, 5]


def test_one_bad_item_fails_alone() -> None:
    """A write that fails is tried again one by one, so that only the culprit hears of it."""

    def write(items: Sequence[int]) -> list[int]:
        if 13 in items:
            raise ValueError("13")
        return list(items)

    grouping = Grouping[int, int](write, most=100)
    outcomes: dict[int, object] = {}

    def work(number: int) -> None:
        try:
            outcomes[number] = grouping.submit([number])
        except ValueError as error:
            outcomes[number] = str(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {**{number: [number] for number in range(20)}, 13: "13"}


def test_an_interrupt_reaches_its_thread() -> None:
    """What is no error of a write goes through, and leaves nobody waiting."""

    def write(items: Sequence[int]) -> list[int]:
        raise KeyboardInterrupt

    grouping = Grouping[int, int](write, most=100)
    with pytest.raises(KeyboardInterrupt):
        grouping.submit([1])
    assert not grouping._waiting
