"""What the pipeline's components do, one module a step. Each runs in a process of its own, and so imports
lightly.
"""
