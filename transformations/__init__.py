"""The dbt project, and the runner that makes its lineage true."""
