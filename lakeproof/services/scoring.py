"""The scoring service's process: `python -m lakeproof.services.scoring`, settings from the environment."""

import os
import sys

from inference.process import Service
from inference.settings import ScoringSettings
from lakeproof.registry import RecordRegistry
from lakeproof.services.parent import end_with_parent
from lakeproof.settings import read_settings
from lakeproof.workspace import open_workspace
from lineage.errors import LakeproofError


def main() -> None:
    """Serve until SIGTERM, or until whoever started us has gone."""
    end_with_parent()
    settings = ScoringSettings.from_environment(os.environ)
    with open_workspace(read_settings(os.environ)) as workspace:
        Service(
            journal=workspace.home.journal,
            registry=RecordRegistry(workspace.catalog, workspace.home.models),
            lake=workspace.lake,
            recorder=workspace.recorder,
            settings=settings,
        ).run()


if __name__ == "__main__":
    try:
        main()
    except LakeproofError as error:
        print(f"lakeproof scoring: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
