"""Reports: an answer with its evidence, told for a person to read, typeset as PDF."""
