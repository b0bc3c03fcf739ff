"""The demo's input: real decisions, invented people and days, and the faults planted among them."""
