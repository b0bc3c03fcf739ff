"""Errors of Marquez's API: its statuses, our words."""

from lineage.errors import BadInput


class BadNode(BadInput):
    """A node id, or another parameter, that cannot be read."""

    http_status = 400
