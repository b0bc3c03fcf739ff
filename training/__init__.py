"""Pipelines that train, evaluate and gate a model, and say what it was made of."""
