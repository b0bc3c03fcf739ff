"""The environment variables by which a step's process is told where everything is."""

CATALOG_URL = "LAKEPROOF_CATALOG_URL"
TOKEN = "LAKEPROOF_TOKEN"  # noqa: S105 - a variable's name
HOME = "LAKEPROOF_HOME"
