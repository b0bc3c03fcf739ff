"""Global options may stand before or after the command: move them to the front, where the parser wants them."""

from collections.abc import Sequence

_FLAGS = frozenset({"--json"})
_VALUED = frozenset({"--home", "--actor", "--as-of", "--known-at"})


def hoist(arguments: Sequence[str]) -> tuple[str, ...]:
    """The same arguments with global options first, in their order. Nothing after `--` is touched."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in _FLAGS or (argument.partition("=")[0] in _VALUED and "=" in argument):
            front.append(argument)
        elif argument in _VALUED:
            value = next(waiting, None)
            # Without its value it stays at the end, where the parser says what is missing.
            front, rest = (front, [*rest, argument]) if value is None else ([*front, argument, value], rest)
        else:
            rest.append(argument)
    return (*front, *rest)
