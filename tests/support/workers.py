"""Which tests share a worker process, when several run."""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

#: Where a folder's tests share what is slow to make: a session of Spark, a finished demo.
TOGETHER = ("tests/integration", "tests/e2e")


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Whole folders of slow tests and single modules of others go to whichever worker is free.

    pytest-xdist's own groups are not seen since pytest 9.2 (pytest-dev/pytest-xdist#1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        module = PurePosixPath(nodeid.partition("::")[0])
        slow = any(module.is_relative_to(folder) for folder in TOGETHER)
        return str(module.parent if slow else module)
