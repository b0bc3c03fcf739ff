"""Set-up on a bare machine: Python packages, Java, jars, test browser. Standard library only."""
