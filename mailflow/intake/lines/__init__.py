"""Phrases and labelled lines: an act's own line, the fields under it, the values in them."""
