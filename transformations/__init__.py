"""The dbt project, and the runner that makes its lineage true: live events, pinned reads, bound commits.

Import `transformations.request` for the values and `transformations.runner` for `transform`.
"""
