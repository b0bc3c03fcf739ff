"""One thing is one node: the rules of names in force, events named by them, and names that are one dataset."""
