"""A reader's page: open the home of LAKEPROOF_HOME once for all, and show the page that the address names."""

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from audit_app.pages.address import chosen
from audit_app.pages.app import show
from audit_app.pages.asking import ask
from audit_app.pages.foreseen import foreseen
from audit_app.pages.frame import Asked, asked_at
from audit_app.questions.decisions import decisions
from audit_app.questions.impact import PREDICTIONS, newest_known
from audit_app.questions.integrity import integrity
from audit_app.questions.lineage import lineage
from audit_app.questions.passport import trace
from audit_app.questions.subjects import subjects
from audit_app.sources import Sources
from audit_app.subjects import as_uuid
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakeproof.home import Home
from lakeproof.settings import read_settings
from lineage.actors import Actor
from lineage.errors import LakeproofError
from lineage.graph import Direction, Level
from lineage.times import Instants

_FEW = 5_000  # log entries that are verified in a moment
_SMALL = 8 * 2**20  # bytes of a table that are read in a moment
_LOG = logging.getLogger(__name__)
_OPENING = Lock()

T = TypeVar("T")


def show_page() -> None:
    """One run of the script: read the settings, show the page. Raises NotFound, Denied."""
    settings = read_settings(os.environ)
    sources = opened(settings.home, settings.database)
    asserted = Actor(name=settings.actor)
    show(sources, asserted if settings.token is None else sources.catalog.actors.authenticate(settings.token))


def opened(root: Path, database: str | None) -> Sources:
    """Record and lake of a home, opened once for the life of the process. Raises NotFound."""
    with _OPENING:  # pages, what is foreseen and the rehearsal begin in threads of their own
        return _opened(root, database)


@cache
def _opened(root: Path, database: str | None) -> Sources:
    home = Home(root=root)
    home.require()
    return Sources(catalog=Catalog.open(home.root, database=database), lake=Lake(home.lake))


def foresee(path: str, address: Mapping[str, str]) -> None:
    """Ask what takes a decision's page longest, while the browser still fetches its program.

    The page then finds the answer, and the moment where the address has none. What goes wrong here goes wrong there
    too, and is said there. An address with one of the two times is not foreseen: the page works out the other.
    """
    prediction, given = as_uuid(address.get("prediction", "")), chosen(address, {})
    if path != "/decision" or prediction is None or len(given) == 1:
        return
    with suppress(LakeproofError):
        settings = read_settings(os.environ)
        sources = opened(settings.home, settings.database)
        at = asked_at(sources, given)
        if not given:
            foreseen().put(prediction, at)
        asked = Asked(sources=sources, actor=Actor(name=settings.actor), at=at, address=address)
        ask(asked, trace, prediction=prediction)


def rehearse() -> None:
    """Ask a small record once what the pages ask, so that no reader waits for what happens only the first time.

    That is compiled statements and the lake's engine; the answers are thrown away. Of a long log or a large table it
    would take more than it saves. Whatever goes wrong is logged and passed over: it will be said on its page.
    """
    settings = read_settings(os.environ)
    sources = _tried(opened, settings.home, settings.database)
    at = None if sources is None else _tried(sources.catalog.log.resolve)
    if sources is None or at is None or at.log_size > _FEW:
        return
    _tried(integrity, sources, at)
    _tried(subjects, sources, "", at)
    newest = _tried(_newest, sources, at)
    if newest is not None:
        _tried(trace, sources, newest, at)
        _tried(
            lineage, sources, str(newest), direction=Direction.BOTH, depth=None, level=Level.VERSION, at=at
        )


def _newest(sources: Sources, at: Instants) -> UUID | None:
    """The newest prediction of a table that is small; None when there is none. Raises NotFound."""
    table = newest_known(sources, PREDICTIONS, at)
    if sum(file.size for file in sources.lake.files(table)) > _SMALL:
        return None
    listed: Any = decisions(sources, at, limit=1).answer["decisions"]
    return UUID(listed[0]["prediction_id"]) if listed else None


def _tried(ask: Callable[..., T], *arguments: Any, **named: Any) -> T | None:
    """The answer; None, and a line in the log, when there is none."""
    try:
        return ask(*arguments, **named)
    except Exception:  # noqa: BLE001  a home may be damaged in ways nobody foresaw, and is to be served all the same
        _LOG.warning("not rehearsed: %s", getattr(ask, "__name__", ask), exc_info=True)
        return None
