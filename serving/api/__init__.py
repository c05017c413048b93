"""The HTTP API: one application, one router for each kind of thing, one shape of error."""
