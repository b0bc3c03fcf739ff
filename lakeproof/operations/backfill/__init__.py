"""Corrections by time travel: plan first, then do exactly the plan; supersede, never rewrite."""
