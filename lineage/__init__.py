"""The vocabulary every room speaks: errors, names, times, certainty, runs, events, the graph's values.

Nothing in this room knows a database, an engine or a file of ours.
"""
