"""Marquez's read API over the graph, so that its clients work: the same shapes, and our two times."""
