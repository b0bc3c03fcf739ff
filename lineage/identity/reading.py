"""From the rules' text to rules: what a home adds laid over what is packaged. Every fault is told at once."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lineage.errors import BadInput
from lineage.identity.names import canonical
from lineage.identity.rules import Case, Platform, Rename, Rules, Shape
from lineage.names import DatasetId

#: DataHub's environments.
ENVIRONMENTS = (
    "PROD",
    "NON_PROD",
    "DEV",
    "QA",
    "TEST",
    "UAT",
    "EI",
    "PRE",
    "STG",
    "CORP",
    "RVW",
    "PRD",
    "TST",
)

_TOP = ("version", "environment", "environments", "platforms", "namespaces", "datasets")
_KEYS = (
    "schemes shape case quotes folds_quoted port drops_port authority suffix slashes".split()
)  # of a platform
_NEXT = "the keys and their values are listed in docs/identity.md"

Check = Callable[[Any], bool]


@lru_cache(maxsize=1)
def packaged() -> Rules:
    """The rules that hold where a home says nothing."""
    return compiled(tomllib.loads(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8")))


def merged(text: str, base: Mapping[str, Any], *, place: str = "identity.toml") -> dict[str, Any]:
    """The document that text, a home's TOML, makes of base. Raises BadInput naming line or key.

    Of a platform that base has, the keys given are replaced; lists stand before those of base.
    """
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"{place} is not TOML: {error}", next_move="correct it and open the home again"
        ) from error
    faults = list(_faults(own, base))
    if faults:
        raise BadInput(f"{place}: {'; '.join(faults)}", next_move=_NEXT)
    whole = {**base, **own}
    platforms = base.get("platforms", {})
    whole["platforms"] = {
        name: {**platforms.get(name, {}), **own.get("platforms", {}).get(name, {})}
        for name in [*own.get("platforms", {}), *(n for n in platforms if n not in own.get("platforms", {}))]
    }
    lists = {key: [*own.get(key, ()), *base.get(key, ())] for key in _LISTS}
    whole.update((key, items) for key, items in lists.items() if items)
    faults = list(_conflicts(compiled(whole)))
    if faults:
        raise BadInput(f"{place}: {'; '.join(faults)}", next_move=_NEXT)
    return whole


def compiled(document: Mapping[str, Any]) -> Rules:
    """The rules in a document that `merged` made, or that the log kept."""
    rules = Rules(
        document=document,
        platforms=tuple(_platform(name, keys) for name, keys in document.get("platforms", {}).items()),
        environment=document.get("environment", "PROD"),
        environments=tuple((e["namespace"], e["environment"]) for e in document.get("environments", ())),
    )
    return replace(rules, renames=tuple(_renames(document, rules)))


def _platform(name: str, keys: Mapping[str, Any]) -> Platform:
    return Platform(
        name=name,
        schemes=tuple(scheme.lower() for scheme in keys["schemes"]),
        shape=Shape(keys.get("shape", "plain")),
        case=Case(keys.get("case", "keep")),
        quotes=tuple(keys.get("quotes", ())),
        folds_quoted=keys.get("folds_quoted", False),
        port=keys.get("port"),
        drops_port=keys.get("drops_port", False),
        authority=Case(keys.get("authority", "lower")),
        suffix=keys.get("suffix", ""),
        one_slash=keys.get("slashes", "keep") == "one",
    )


def _renames(document: Mapping[str, Any], rules: Rules) -> Iterator[Rename]:
    """Both sides in their one form, so that any spelling of the source is renamed. Datasets come first."""
    for each in document.get("datasets", ()):
        source, target = (
            canonical(DatasetId(namespace=side["namespace"], name=side["name"]), rules)
            for side in (each["from"], each["to"])
        )
        yield Rename(
            source=source.namespace, name=source.name, target=target.namespace, target_name=target.name
        )
    for each in document.get("namespaces", ()):
        pattern: str = each["from"]
        source_name = pattern if "*" in pattern else _namespace(pattern, rules)
        yield Rename(source=source_name, target=_namespace(each["to"], rules))


def _namespace(namespace: str, rules: Rules) -> str:
    return canonical(DatasetId(namespace=namespace, name="x"), rules).namespace


def _faults(own: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown(own, _TOP, "")
    yield from _of_values("", own, {"environment": _one_of(ENVIRONMENTS)})
    platforms = own.get("platforms", {})
    if not isinstance(platforms, dict) or not all(isinstance(keys, dict) for keys in platforms.values()):
        yield "platforms is not a table of tables such as [platforms.mine]"
    else:
        for name, keys in platforms.items():
            yield from _unknown(keys, _KEYS, f"platforms.{name}.")
            yield from _of_values(f"platforms.{name}.", keys, _PLATFORM)
            if "schemes" not in keys and name not in base.get("platforms", {}):
                yield f"platforms.{name}.schemes is missing, and the packaged rules have no platform {name}"
    for key, checks in _LISTS.items():
        for number, item in enumerate(_items(own, key)):
            place = f"{key}[{number}]."
            if not isinstance(item, dict):
                yield f"{key}[{number}] is not a table such as [[{key}]]"
                continue
            yield from _unknown(item, tuple(checks), place)
            yield from _of_values(place, item, checks)
            yield from (f"{place}{name} is missing" for name in checks if name not in item)
        if not isinstance(own.get(key, []), list):
            yield f"{key} is not a list of tables such as [[{key}]]"


def _items(own: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = own.get(key, [])
    return found if isinstance(found, list) else ()


def _unknown(keys: Mapping[str, Any], known: Sequence[str], place: str) -> Iterator[str]:
    yield from (
        f"{place}{key} is no key here (known: {', '.join(known)})" for key in keys if key not in known
    )


def _of_values(place: str, keys: Mapping[str, Any], checks: Mapping[str, tuple[Check, str]]) -> Iterator[str]:
    for key, (good, wanted) in checks.items():
        if key in keys and not good(keys[key]):
            yield f"{place}{key} is {keys[key]!r}, and must be {wanted}"


def _one_of(values: Sequence[str]) -> tuple[Check, str]:
    return (lambda value: value in values), f"one of {', '.join(values)}"


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and each for each in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_dataset(value: Any) -> bool:
    return (
        isinstance(value, dict) and set(value) == {"namespace", "name"} and all(map(_is_text, value.values()))
    )


def _is_port(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536


_TEXT: tuple[Check, str] = (_is_text, "text")
_FLAG: tuple[Check, str] = ((lambda value: isinstance(value, bool)), "true or false")
_DATASET: tuple[Check, str] = (_is_dataset, "{ namespace = …, name = … }")
_PLATFORM: Mapping[str, tuple[Check, str]] = {
    "schemes": (_texts, "a list of schemes"),
    "shape": _one_of([shape.value for shape in Shape]),
    "case": _one_of([case.value for case in Case]),
    "authority": _one_of(["lower", "keep"]),
    "slashes": _one_of(["one", "keep"]),
    "quotes": (
        (lambda value: value == [] or (_texts(value) and all(len(q) == 2 for q in value))),
        "pairs of signs",
    ),
    "folds_quoted": _FLAG,
    "drops_port": _FLAG,
    "suffix": ((lambda value: isinstance(value, str)), "text"),
    "port": (_is_port, "a port's number"),
}
_LISTS: Mapping[str, Mapping[str, tuple[Check, str]]] = {
    "environments": {"namespace": _TEXT, "environment": _one_of(ENVIRONMENTS)},
    "namespaces": {"from": _TEXT, "to": _TEXT},
    "datasets": {"from": _DATASET, "to": _DATASET},
}


def _conflicts(rules: Rules) -> Iterator[str]:
    """Rules that would give one thing two names."""
    owners: dict[str, str] = {}
    for platform in rules.platforms:
        for scheme in platform.schemes:
            if owners.setdefault(scheme, platform.name) != platform.name:
                yield f"the scheme {scheme} belongs to both {owners[scheme]} and {platform.name}"
    for rename in rules.renames:
        target = DatasetId(namespace=rename.target, name=rename.target_name or "x")
        for other in rules.renames:
            again = other.renamed(target)
            if again is not None and again != target:
                yield f"what is renamed to {rename.target} would be renamed again, to {again.namespace}"
                break
