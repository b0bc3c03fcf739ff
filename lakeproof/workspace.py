"""One home, opened: the rooms' parts wired to each other for one process, and who acts in it."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from audit_app.sources import Sources
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


@dataclass(kw_only=True)
class Parts:
    """The parts of one opened home. Vault and Spark session are opened when first used."""

    home: Home
    catalog: Catalog
    lake: Lake
    opened: ExitStack = field(default_factory=ExitStack, repr=False)
    starting: "Future[Any] | None" = field(default=None, repr=False)

    @cached_property
    def vault(self) -> FileVault:
        return self.opened.enter_context(closing(FileVault.of_home(self.home.root)))

    def start_session(self) -> None:
        """Begin to start Spark, which takes 7 to 9 seconds; other work goes on meanwhile."""
        if self.starting is None:
            starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spark")
            self.starting = starter.submit(_open_session, self.lake)
            starter.shutdown(wait=False)
            self.opened.callback(_stop_session, self.starting)

    @cached_property
    def session(self) -> Any:
        """The one Spark session of this process, started when first asked for. Raises NoEngine."""
        self.start_session()
        assert self.starting is not None
        return self.starting.result()


def _open_session(lake: Lake) -> Any:
    from lakehouse.session import open_session

    return open_session(lake, jars=project.JARS)


def _stop_session(starting: "Future[Any]") -> None:
    from lakehouse.session import stop

    if starting.exception() is None:
        stop(starting.result())


@dataclass(kw_only=True)
class Workspace:
    """The parts of a home in the hands of one actor. `token` is what authenticated the actor, if anything did."""

    parts: Parts
    actor: Actor
    token: str | None = None

    @property
    def home(self) -> Home:
        return self.parts.home

    @property
    def catalog(self) -> Catalog:
        return self.parts.catalog

    @property
    def lake(self) -> Lake:
        return self.parts.lake

    @property
    def sources(self) -> Sources:
        """What the auditor's questions read."""
        return Sources(catalog=self.catalog, lake=self.lake)

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

    def acting_as(self, token: str) -> "Workspace":
        """The same parts in the hands of the token's actor. Raises Denied."""
        return Workspace(parts=self.parts, actor=self.catalog.actors.authenticate(token), token=token)


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """Open the home of settings as the actor of settings. Raises NotFound, Denied."""
    home = Home(root=settings.home)
    home.require()
    with ExitStack() as opened:
        catalog = opened.enter_context(Catalog.open(home.root, database=settings.database))
        parts = Parts(home=home, catalog=catalog, lake=Lake(home.lake), opened=opened)
        asserted = Workspace(parts=parts, actor=Actor(name=settings.actor))
        before = catalog.log.size
        try:
            yield asserted if settings.token is None else asserted.acting_as(settings.token)
        finally:
            if catalog.log.size > before:
                # Signed and published whatever happened, refusals above all: entries cut off later are missed.
                catalog.log.checkpoint()
