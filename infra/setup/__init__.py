"""Set-up on a bare machine: Python packages, Java, jars, test browser and database. Standard library only."""
