"""What can go wrong with a transformation, beyond a node that fails (that is an outcome)."""

from lineage.errors import BadInput, Fault, Refused


class BadProject(BadInput):
    """The folder is no dbt project, or dbt cannot understand it."""


class BadSelection(BadInput):
    """What was selected, or the versions to read, do not fit the project."""


class NodeFailed(Refused):
    """A model could not be built, or a test found that the data are not as claimed."""


class Interrupted(Fault):
    """The build ended without a result."""
