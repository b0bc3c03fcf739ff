"""From a value of one of DataHub's classes to JSON: checked and written in one walk, by steps made once a class.

The same answer as the classes' own `validate` and `to_obj`, which work it out anew for every value. Pure.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

from avro import schema as avro
from avrogen.dict_wrapper import DictWrapper

from lineage.errors import Fault

#: Gives a value's JSON. Raises NotAllowed.
Step: TypeAlias = Callable[[Any], Any]

_WORDS: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "int": lambda value: _whole(value) and -(2**31) <= value < 2**31,
    "long": lambda value: _whole(value) and -(2**63) <= value < 2**63,
    "float": lambda value: _whole(value) or isinstance(value, float),
    "double": lambda value: _whole(value) or isinstance(value, float),
}


class NotAllowed(Fault):
    """The value is not what its class's schema allows."""


def encoded(value: Any) -> dict[str, Any]:
    """A value's JSON. Raises NotAllowed."""
    kind: Any = type(value)
    found: dict[str, Any] = _of_class(kind)(value)
    return found


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@cache
def _of_class(kind: Any) -> Step:
    return _record(kind.RECORD_SCHEMA, {})


def _step(schema: avro.Schema, known: dict[str, Step], *, in_array: bool = False) -> Step:
    match schema:
        case avro.RecordSchema():
            return _record(schema, known)
        case avro.UnionSchema():
            return _union(schema, known, in_array=in_array)
        case avro.ArraySchema():
            return _array(_step(schema.items, known, in_array=True))
        case avro.MapSchema():
            return _map(_step(schema.values, known))
        case avro.EnumSchema():
            return _checked(frozenset(schema.symbols).__contains__, schema.fullname)
        case _:
            return _checked(_WORDS[schema.type], schema.type)


def _checked(good: Callable[[Any], bool], name: str) -> Step:
    def step(value: Any) -> Any:
        if not good(value):
            raise NotAllowed(f"{value!r} is no {name}")
        return value

    return step


def _array(each: Step) -> Step:
    def step(value: Any) -> Any:
        if not isinstance(value, list):
            raise NotAllowed(f"{value!r} is no array")
        return [each(item) for item in value]

    return step


def _map(each: Step) -> Step:
    def step(value: Any) -> Any:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            raise NotAllowed(f"{value!r} is no map")
        return {key: each(item) for key, item in value.items()}

    return step


def _record(schema: avro.RecordSchema, known: dict[str, Step]) -> Step:
    fields: list[tuple[str, bool, Step]] = []
    own = _name(schema)
    if own in known:
        return known[own]

    def step(value: Any) -> Any:
        if not isinstance(value, DictWrapper) or _kind(value) != own:
            raise NotAllowed(f"{value!r} is no {schema.fullname}")
        members = value._inner_dict  # noqa: SLF001  # its own `get` costs a call for each member
        return {
            name: each(members.get(name))
            for name, optional, each in fields
            if not optional or members.get(name) is not None
        }

    known[own] = step  # before its fields: a record may hold itself
    fields += [(f.name, f.has_default and f.default is None, _step(f.type, known)) for f in schema.fields]
    return step


def _union(schema: avro.UnionSchema, known: dict[str, Step], *, in_array: bool) -> Step:
    """A value that could be of several kinds is written with the name of its own."""
    kinds = {_name(each): _step(each, known) for each in schema.schemas}
    nothing = kinds.pop("null", None)
    plain = not in_array and len(kinds) == 1

    def step(value: Any) -> Any:
        if value is None and nothing is not None:
            return None
        if isinstance(value, DictWrapper):
            name = _kind(value)
            if name not in kinds:
                raise NotAllowed(f"{name} is none of {', '.join(kinds)}")
            return kinds[name](value) if plain else {name: kinds[name](value)}
        for name, each in kinds.items():
            try:
                return each(value) if plain else {name: each(value)}
            except NotAllowed:
                continue
        raise NotAllowed(f"{value!r} is none of {', '.join(kinds)}")

    return step


def _kind(value: Any) -> str:
    kind: Any = type(value)
    return _called(kind)


@cache
def _called(kind: Any) -> str:
    return _name(kind.RECORD_SCHEMA)


def _name(schema: avro.Schema) -> str:
    return schema.fullname.lstrip(".") if isinstance(schema, avro.NamedSchema) else schema.type
