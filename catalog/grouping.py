"""Let threads that write at the same time share one commit: the first in line writes for all who wait."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lineage.errors import Fault

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, kw_only=True)
class _Ticket(Generic[T, R]):
    items: Sequence[T]
    answers: Sequence[R] = field(default_factory=tuple)
    error: BaseException | None = None
    done: bool = False


class Grouping(Generic[T, R]):
    """`write` gets items in the order they came and answers each; it writes all of them or raises.

    Who waits is a thread, so what waits is bounded by the callers' threads.
    """

    def __init__(self, write: Callable[[Sequence[T]], Sequence[R]], *, most: int) -> None:
        self._write = write
        self._most = most
        self._waiting: deque[_Ticket[T, R]] = deque()
        self._turn = threading.Lock()

    def submit(self, items: Sequence[T]) -> Sequence[R]:
        """The answers to items, which are written together; raises what `write` raised for them."""
        ticket: _Ticket[T, R] = _Ticket(items=items)
        self._waiting.append(ticket)
        with self._turn:
            while not ticket.done:
                self._run(self._take())
        if ticket.error is not None:
            raise ticket.error
        return ticket.answers

    def _take(self) -> list[_Ticket[T, R]]:
        taken = [self._waiting.popleft()]
        count = len(taken[0].items)
        while self._waiting and count + len(self._waiting[0].items) <= self._most:
            taken.append(self._waiting.popleft())
            count += len(taken[-1].items)
        return taken

    def _run(self, tickets: list[_Ticket[T, R]]) -> None:
        try:
            answers = list(self._write([item for ticket in tickets for item in ticket.items]))
            for ticket in tickets:
                ticket.answers = answers[: len(ticket.items)]
                del answers[: len(ticket.items)]
                ticket.done = True
        except Exception as error:  # noqa: BLE001  # it is raised again, in the thread whose items caused it
            if len(tickets) == 1:
                tickets[0].error, tickets[0].done = error, True
            else:
                for ticket in tickets:
                    self._run([ticket])
        finally:
            for ticket in tickets:
                if not ticket.done:
                    ticket.error, ticket.done = (
                        Fault("the write was interrupted", next_move="try again"),
                        True,
                    )
