"""The door: data contracts, quality, quarantine, and loads that can be repeated without harm."""
