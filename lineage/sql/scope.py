"""What a name means where it stands: columns of FROM, aliases of the SELECT list, the query outside. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from sqlglot import exp

from lineage.sql.dialects import Aliases, Dialect
from lineage.sql.relations import Column, From, Relation, Source
from lineage.sql.sources import Sources, Subtype, Unfollowed, steering, through

Query: TypeAlias = Callable[[exp.Expr, "Scope | None"], Relation]


class Scope:
    """The names inside one SELECT. `parent` is the scope of the query around it, if it may look there."""

    def __init__(self, dialect: Dialect, query: Query, parent: "Scope | None" = None) -> None:
        self.dialect = dialect
        self.parent = parent
        self.source = From()
        self.aliases: dict[str, Column] = {}
        self._query = query
        self._subqueries: dict[int, Relation] = {}

    def subquery(self, query: exp.Query) -> tuple[Sources, Sources]:
        """Sources of the values of a subquery, and of its choice of rows."""
        found = self._subqueries.get(id(query))
        if found is None:
            found = self._subqueries[id(query)] = self._query(query, self)
        return (found.values, found.rows) if not isinstance(query.parent, exp.Exists) else (_NO, found.rows)

    def subquery_columns(self, query: exp.Query, names: Sequence[tuple[str, str]]) -> Iterator[Column]:
        """The columns of a subquery under other names, (key, name) each; what chose its rows stands with each."""
        relation = self._query(query, self)
        if len(relation.columns) != len(names):
            raise Unfollowed("an assignment from a subquery of another number of columns")
        for column in relation.renamed(names).columns:
            known = None if column.sources is None else column.sources | relation.rows
            yield replace(column, sources=known)

    def column(self, column: exp.Column) -> Sources:
        """The sources of a column of FROM, or of the queries outside."""
        found = self.found(column)
        if found is None:
            raise Unfollowed(f"column {_spelt(column)}, which no source is known to have")
        return found

    def found(self, column: exp.Column) -> Sources | None:
        """The same; None where no scope has it."""
        parts = [self.dialect.key(part) for part in column.parts]
        scope: Scope | None = self
        while scope is not None:
            here = scope.here(parts)
            if here is not None:
                return here
            for source in scope.source.sources:
                if source.relation.open:
                    why = f"it may be one of the {source.relation.open} of a source"
                    raise Unfollowed(f"column {_spelt(column)}: {why}")
            scope = scope.parent
        return None

    def seeing(self, aliases: Aliases) -> "Seen":
        """This scope as a clause sees it."""
        return Seen(self, aliases)

    def star_of(self, qualifier: Sequence[exp.Expr]) -> Sequence[Column] | None:
        """The columns of `a.*`; None where `a` is no source."""
        parts = [self.dialect.key(part) for part in qualifier]
        sources = self._called(parts)
        return _shown(sources[0]) if sources else None

    def every_column(self) -> Sequence[Column]:
        """The columns of `*`. Raises Unfollowed where they are not known."""
        for source in self.source.sources:
            _shown(source)
        return self.source.star

    def struct(self, parts: Sequence[exp.Expr]) -> Column | None:
        """The column of which `a.b.*` is the star, if it is one column alone."""
        if len(parts) > 2:
            return None
        keys = [self.dialect.key(part) for part in parts]
        for source in self.source.sources if len(keys) == 1 else self._called(keys[:1]):
            found = source.relation.by_key.get(keys[-1], ())
            if len(found) == 1:
                return found[0]
        return None

    def here(self, parts: Sequence[str]) -> Sources | None:
        """What a name means in this scope alone.

        Read as a source's name, as long as can be, a column and fields of it; else as a column and its fields.
        """
        for at in range(len(parts) - 1, 0, -1):
            sources = self._called(parts[:at])
            if not sources:
                continue
            found = _one(parts[at], [c for s in sources for c in s.relation.by_key.get(parts[at], ())])
            if found is not None:
                return _fields(found.read(), parts[at + 1 :])
            if sources[0].relation.element:
                return _fields(sources[0].relation.columns[0].read(), parts[at:])
            if sources[0].relation.open:
                raise Unfollowed(
                    f"column {'.'.join(parts)}: it may be one of the {sources[0].relation.open} of a source"
                )
        found = self._plain(parts[0])
        return None if found is None else _fields(found.read(), parts[1:])

    def _plain(self, key: str) -> Column | None:
        if key in self.source.merged:
            return self.source.merged[key]
        candidates = [c for source in self.source.sources for c in source.relation.by_key.get(key, ())]
        return _one(key, candidates)

    def _called(self, qualifier: Sequence[str]) -> list[Source]:
        found = [source for source in self.source.sources if source.called(qualifier)]
        if len(found) > 1:
            raise Unfollowed(f"source {'.'.join(qualifier)}, which is ambiguous")
        return found


class Seen:
    """A scope as one clause sees it: with or without the aliases of the SELECT list."""

    def __init__(self, scope: Scope, aliases: Aliases) -> None:
        self._scope = scope
        self._aliases = aliases

    def subquery(self, query: exp.Query) -> tuple[Sources, Sources]:
        return self._scope.subquery(query)

    def column(self, column: exp.Column) -> Sources:
        alias = self._alias(column)
        if alias is None:
            return self._scope.column(column)
        inside = column.find_ancestor(exp.AggFunc, exp.Window, exp.Query)
        order = Aliases.AFTER_COLUMNS if isinstance(inside, exp.AggFunc) else self._aliases
        if order is Aliases.BEFORE_COLUMNS:
            return alias.read()
        found = self._scope.found(column)
        if found is None:
            return alias.read()
        if order is Aliases.EITHER and _bare(found) != _bare(alias.read()):
            raise Unfollowed(f"column {column.name}, which is ambiguous: a column and an alias")
        return found

    def _alias(self, column: exp.Column) -> Column | None:
        if self._aliases is Aliases.HIDDEN or column.table:
            return None
        return self._scope.aliases.get(self._scope.dialect.key(column.this))


_NO: Sources = frozenset()


def _shown(source: Source) -> Sequence[Column]:
    """What a star shows of a source: of an element its fields, where it has any."""
    if source.relation.element and source.relation.open:
        raise Unfollowed(f"a star over {source.relation.open}")
    return source.relation.columns


def _one(key: str, candidates: Sequence[Column]) -> Column | None:
    if len(candidates) > 1:
        raise Unfollowed(f"column {key}, which is ambiguous")
    return candidates[0] if candidates else None


def _fields(sources: Sources, fields: Sequence[str]) -> Sources:
    return through(sources, Subtype.TRANSFORMATION) if fields else sources


def _bare(sources: Sources) -> Sources:
    return steering(sources, Subtype.FILTER)


def _spelt(column: exp.Column) -> str:
    return ".".join(part.name for part in column.parts)
