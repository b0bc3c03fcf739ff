"""Measure everything, then write the table: `python -m benchmarks [--large] [--table]`. Slow; wants a quiet machine.

Each measurement is a process of its own and leaves JSON in `benchmarks/results/`; `docs/benchmarks.md` is made of it.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.table import RESULTS, render

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
USUAL = ("intake", "lineage", "verification --write", "scoring")
LARGE = (
    "lineage --jobs 1000,10000,100000,1000000",
    "verification --entries 1000000 --write",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="the sizes that take hours")
    parser.add_argument("--table", action="store_true", help="only write the table again")
    options = parser.parse_args()
    if not options.table:
        for each in LARGE if options.large else USUAL:
            module, *arguments = each.split()
            print(f"benchmarks.{each}", flush=True)
            ended = subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *arguments], check=False)
            if ended.returncode:
                return ended.returncode
    PAGE.write_text(render(RESULTS), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
