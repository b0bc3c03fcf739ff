"""The services as processes: catalog, scoring, audit app. Each binds to loopback unless told otherwise."""
