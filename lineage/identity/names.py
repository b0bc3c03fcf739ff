"""A dataset's name in its one form. Pure: a name and rules in, a name out; what no rule knows is left alone."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lineage.identity.rules import Platform, Rules, Shape
from lineage.names import DatasetId

_SLASHES = re.compile(r"//+")
_DRIVE = re.compile(r"[A-Za-z]:")
_PORT = re.compile(r"(?:^|[^:]):\d+$|\]:\d+$")
_FILES = frozenset({Shape.KEY, Shape.PATH})
_TABLES = frozenset({Shape.TABLE, Shape.GLUE})


@lru_cache(maxsize=65536)
def canonical(dataset: DatasetId, rules: Rules) -> DatasetId:
    """The one name of what dataset names; canonical of it is itself."""
    formed = _formed(dataset, rules)
    for rename in rules.renames:
        renamed = rename.renamed(formed)
        if renamed is not None:
            return _formed(renamed, rules)
    return formed


@lru_cache(maxsize=65536)
def canonical_column(dataset: DatasetId, column: str, rules: Rules) -> str:
    """The one name of a column of dataset, which is in its own one form."""
    platform = _platform(dataset.namespace, rules)
    if platform is None or platform.shape not in _TABLES:
        return column
    return ".".join(_folded(part, platform) for part in _parts(column, platform))


def is_table(dataset: DatasetId, rules: Rules) -> bool:
    """Whether dataset is named as a table in a catalog or database, rather than by where its data lies."""
    platform = _platform(dataset.namespace, rules)
    return platform is not None and platform.shape in _TABLES


def _formed(dataset: DatasetId, rules: Rules) -> DatasetId:
    inner, marked, _ = dataset.name.partition("://")
    if marked and inner.lower() in rules.by_scheme and rules.by_scheme[inner.lower()].shape in _FILES:
        # The whole address stands in the name, as some producers have it.
        dataset = DatasetId(namespace=dataset.name, name="")
    scheme, authority, path = _cut(dataset.namespace)
    platform = rules.by_scheme.get(scheme)
    if platform is None:
        return dataset
    namespace = _namespace(platform, authority)
    if platform.shape in _FILES:
        name = _file(_joined(path, dataset.name), platform, bare=not authority)
        return DatasetId(namespace=namespace, name=name)
    kept = path.rstrip("/")
    name = dataset.name
    if platform.shape is Shape.TABLE:
        name = ".".join(_folded(part, platform) for part in _parts(name, platform))
    elif platform.shape is Shape.GLUE:
        name = _glue(name, platform)
    return DatasetId(namespace=f"{namespace}{kept}", name=name)


def _platform(namespace: str, rules: Rules) -> Platform | None:
    return rules.by_scheme.get(_cut(namespace)[0])


@lru_cache(maxsize=4096)
def _cut(namespace: str) -> tuple[str, str, str]:
    """Scheme, authority and path of a namespace; all in the scheme where it is but a word."""
    scheme, marked, rest = namespace.partition("://")
    if marked:
        authority, slash, path = rest.partition("/")
        return scheme.lower(), authority, slash + path
    parts = namespace.split(":")
    if parts[0] in {"arn", "aws"}:
        length = 3 if parts[0] == "arn" else 2
        return ":".join(parts[:length]).lower(), ":".join(parts[length:]), ""
    scheme, _, path = namespace.partition(":")
    return scheme.lower(), "", path


def _namespace(platform: Platform, authority: str) -> str:
    scheme = platform.schemes[0]
    if platform.shape is Shape.GLUE:
        return f"{scheme}:{authority}"
    if platform.shape is Shape.TABLE:
        authority = authority.rpartition("@")[2]
    authority = platform.authority.fold(authority).removesuffix(platform.suffix)
    if platform.shape is Shape.PATH and authority == "localhost":
        authority = ""
    if not authority:
        return scheme
    if platform.port is not None:
        authority = _with_port(authority, platform)
    return f"{scheme}://{authority}"


def _with_port(authority: str, platform: Platform) -> str:
    if platform.drops_port:
        return authority.removesuffix(f":{platform.port}")
    return authority if _PORT.search(authority) else f"{authority.rstrip(':')}:{platform.port}"


def _joined(path: str, name: str) -> str:
    return f"{path.rstrip('/')}/{name.lstrip('/')}" if path else name


def _file(name: str, platform: Platform, *, bare: bool) -> str:
    if platform.one_slash:
        name = _SLASHES.sub("/", name)
    if platform.shape is Shape.KEY:
        return name.strip("/") or "/"
    trimmed = name.rstrip("/") or "/"
    absolute = bare or trimmed.startswith("/") or _DRIVE.match(trimmed)
    return trimmed if absolute else f"/{trimmed}"


def _glue(name: str, platform: Platform) -> str:
    """`table/db/t`, which symlinks also spell `db.t`."""
    inner = name.removeprefix("table/")
    cut = "/" if inner != name or "." not in inner else "."
    return "table/" + "/".join(platform.case.fold(part) for part in inner.split(cut))


def _parts(name: str, platform: Platform) -> Iterator[str]:
    """The identifiers of a dotted name, quotes and all; a dot within quotes separates nothing."""
    if not any(pair[0] in name for pair in platform.quotes):
        yield from name.split(".")
        return
    start, closing = 0, ""
    for place, sign in enumerate(name):
        if closing:
            closing = "" if sign == closing else closing
        elif sign == ".":
            yield name[start:place]
            start = place + 1
        elif place == start:
            closing = next((pair[1] for pair in platform.quotes if pair[0] == sign), "")
    yield name[start:]


def _folded(part: str, platform: Platform) -> str:
    """An identifier as the platform stores it; quotes stay only where without them it would be another."""
    for pair in platform.quotes:
        if len(part) > 2 and part[0] == pair[0] and part[-1] == pair[1]:
            inner = platform.case.fold(part[1:-1]) if platform.folds_quoted else part[1:-1]
            plain = "." not in inner and platform.case.fold(inner) == inner
            return inner if plain else pair[0] + inner + pair[1]
    return platform.case.fold(part)
