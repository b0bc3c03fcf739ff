"""The home folder: where everything of one Lakeproof lies. Nothing in it depends on its absolute path."""

from dataclasses import dataclass
from pathlib import Path

from lineage.errors import NotFound

MARKER = "lakeproof.home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Paths of one home (INTERFACES: "In the home")."""

    root: Path

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def packs(self) -> Path:
        return self.root / "packs"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def journal(self) -> Path:
        return self.root / "journal"

    @property
    def marker(self) -> Path:
        return self.root / MARKER

    def make(self) -> bool:
        """Create what is missing. True when the home is new."""
        new = not self.marker.exists()
        for folder in (self.lake, self.landing, self.packs, self.models, self.journal):
            folder.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(mode=0o700, exist_ok=True)
        self.marker.write_text("1\n")
        return new

    def require(self) -> None:
        """Raise NotFound unless this is a home."""
        if not self.marker.exists():
            raise NotFound(
                f"{self.root} is not a Lakeproof home",
                next_move="make one with `lakeproof init`, or name another with --home",
            )
