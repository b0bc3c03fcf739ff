"""The tables: create, append, replace, read at a version, history, manifests, horizons; and the vault.

The only room that imports pyspark, delta and deltalake. Import its modules, not this door:
`lakehouse.lake` reads without a JVM, `lakehouse.session` starts one.
"""
