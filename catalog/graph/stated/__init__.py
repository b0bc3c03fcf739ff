"""What an event states, read out of its facets: pure functions from events to facts."""
