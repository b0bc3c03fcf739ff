"""`python -m lakeproof`: the command line."""

from lakeproof.cli import main

main()
