"""What integration tests share: one Spark session for all of them, as Spark allows one a process."""

from tests.support.spark import spark

__all__ = ["spark"]
