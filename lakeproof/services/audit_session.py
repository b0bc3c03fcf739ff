"""A reader's page: open the home of LAKEPROOF_HOME once for all, and show the page that the address names."""

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from uuid import UUID

from audit_app.pages.address import chosen
from audit_app.pages.app import show
from audit_app.pages.asking import ask
from audit_app.pages.foreseen import foreseen
from audit_app.pages.frame import Asked, asked_at
from audit_app.questions.decisions import decisions
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


def show_page() -> None:
    """One run of the script: read the settings, show the page. Raises NotFound, Denied."""
    settings = read_settings(os.environ)
    sources = opened(settings.home, settings.database)
    asserted = Actor(name=settings.actor)
    show(sources, asserted if settings.token is None else sources.catalog.actors.authenticate(settings.token))


@cache
def opened(root: Path, database: str | None) -> Sources:
    """Record and lake of a home, for the life of the process. Raises NotFound."""
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
    """Ask once what the pages ask, so that no reader waits for what happens only the first time.

    That is imports, compiled statements, the lake's engine; the answers themselves are thrown away. What cannot be
    answered now will be said on its page.
    """
    settings = read_settings(os.environ)
    with suppress(LakeproofError):
        sources = opened(settings.home, settings.database)
        at = sources.catalog.log.resolve()
        integrity(sources, at)
        subjects(sources, "", at)
        listed = decisions(sources, at, limit=1).answer["decisions"]
        for each in listed if isinstance(listed, list) else ():
            assert isinstance(each, dict)
            id_ = str(each["prediction_id"])
            trace(sources, UUID(id_), at)
            lineage(sources, id_, direction=Direction.BOTH, depth=None, level=Level.VERSION, at=at)
