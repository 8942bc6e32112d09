"""The reading API: collections of embedded rows, and the engine's definitions and instances, over GraphQL."""
