"""The memory of a process that serves for long."""

import gc

_AT_ONCE = (
    20_000  # new objects before the young among them are looked through: fewer than one long answer makes
)


def settle() -> None:
    """Call once all is loaded, before the first request.

    What is loaded stays for good. To look through it for garbage again and again would hold up every few answers by
    a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_AT_ONCE, 20, 10)
