"""Where the rooms are wired together: command line, settings, services, operations that span rooms, the demo."""
