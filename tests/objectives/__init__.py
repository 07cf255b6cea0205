"""A year of quality objectives, played by mail and in registers."""
