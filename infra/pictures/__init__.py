"""Pictures of the audit app for the README, taken from a real home."""
