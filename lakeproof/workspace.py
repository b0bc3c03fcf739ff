"""One home, opened: the rooms' parts wired to each other for one process and one actor."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakehouse.vault import FileVault

from lakeproof import project
from lakeproof.home import Home
from lakeproof.settings import Settings
from lineage.actors import Actor
from lineage.emitter import emitter_in_process
from lineage.ids import new_id
from lineage.recorder import Recorder
from lineage.times import system_clock

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(kw_only=True)
class Workspace:
    """What an operation needs. Parts are opened when first used and closed with the workspace."""

    home: Home
    actor: Actor
    catalog: Catalog
    lake: Lake
    _open: ExitStack = field(default_factory=ExitStack, repr=False)

    @cached_property
    def recorder(self) -> Recorder:
        """Our own emission: through the OpenLineage client to the catalog's intake in this process."""
        return Recorder(
            emitter_in_process(lambda body: self.catalog.intake.accept(body, actor=self.actor)),
            actor=self.actor.name,
            environment=project.environment(),
            clock=system_clock,
            new_id=new_id,
        )

    @cached_property
    def vault(self) -> FileVault:
        return self._open.enter_context(FileVault(self.home.root))

    @cached_property
    def session(self) -> "SparkSession":
        """The one Spark session of this process; starting it takes 7 to 9 seconds."""
        from lakehouse.session import open_session

        session = open_session(self.lake, jars=project.JARS)
        self._open.callback(session.stop)
        return session

    def acting_as(self, actor: Actor) -> "Workspace":
        """The same parts on behalf of another actor. Only the first workspace closes them."""
        other = Workspace(home=self.home, actor=actor, catalog=self.catalog, lake=self.lake)
        if "session" in self.__dict__:
            other.__dict__["session"] = self.session
        return other

    def close(self) -> None:
        self._open.close()
        self.catalog.close()


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """Open the home of settings as the actor of settings. Raises NotFound, Denied."""
    home = Home(root=settings.home)
    home.require()
    catalog = Catalog.open(home.root)
    try:
        if settings.token is None:
            actor = Actor(name=settings.actor)
        else:
            actor = catalog.actors.authenticate(settings.token)
    except BaseException:
        catalog.close()
        raise
    workspace = Workspace(home=home, actor=actor, catalog=catalog, lake=Lake(home.lake))
    try:
        yield workspace
    finally:
        workspace.close()


def environment_for_steps(url: str, settings_home: Home, token: str | None) -> dict[str, str]:
    """The environment of a process of ours that emits over HTTP."""
    environment = {**os.environ, "LAKEPROOF_CATALOG_URL": url, "LAKEPROOF_HOME": str(settings_home.root)}
    if token is not None:
        environment["LAKEPROOF_TOKEN"] = token
    return environment
