"""The machinery behind `lineage.columns`: scopes of a qualified SELECT, walked down to the columns of real tables."""
