"""The graph: what the record's events say about runs, versions, columns and jobs, at any two times."""
