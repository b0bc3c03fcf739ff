"""The machinery behind `lineage.columns`: a SELECT walked down to the columns of real tables."""
