"""The catalog service as a child: `python -m lakeproof.services.catalog`, settings from the environment."""

import argparse
import os
import sys

from lakeproof.services.catalog_process import serve_forever
from lakeproof.services.parent import end_with_parent
from lakeproof.settings import read_settings
from lakeproof.workspace import open_workspace
from lineage.errors import LakeproofError


def main() -> None:
    """Serve until SIGTERM, or until whoever started us has gone."""
    parser = argparse.ArgumentParser(description="Serve the record on loopback.")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    port = parser.parse_args().port
    end_with_parent()
    settings = read_settings(os.environ)
    with open_workspace(settings) as workspace:
        serve_forever(workspace, settings, port=port, without_token=settings.without_token)


if __name__ == "__main__":
    try:
        main()
    except LakeproofError as error:
        print(f"lakeproof catalog: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
