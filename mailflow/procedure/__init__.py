"""The ISO improvement procedure (code CTCL) as values and pure functions."""
