"""How hard the property tests try: TEST_EFFORT=20 makes twenty times the examples."""

import os


def examples(few: int) -> int:
    """The examples of a property that by default gets few."""
    return few * int(os.environ.get("TEST_EFFORT", "1"))
