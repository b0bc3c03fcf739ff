"""A process that feeds a record and says, line by line, what was acknowledged: `seq event_number`.

It first says `ready`, and begins when a line comes, or the end, on its standard input.

Usage: appending.py HOME STREAM COUNT [DATABASE]
"""

import sys
from pathlib import Path

from catalog.catalog import Catalog
from tests.support.record import ANNA, event


def main(home: str, stream: str, count: str, database: str | None = None) -> None:
    with Catalog.open(Path(home), database=database) as catalog:
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(1, int(count) + 1):
            receipt = catalog.intake.accept(event(number, stream=stream), actor=ANNA)
            sys.stdout.write(f"{receipt.seq} {number}\n")
            sys.stdout.flush()
            if number % 25 == 0:
                catalog.log.checkpoint()


if __name__ == "__main__":
    main(*sys.argv[1:])
