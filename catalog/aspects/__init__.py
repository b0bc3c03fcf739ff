"""What the record knows, as DataHub's aspects: projected behind the log, with visible lag."""
