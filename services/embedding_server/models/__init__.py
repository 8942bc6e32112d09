"""What embeds texts: models behind one protocol, found by name."""
