"""A letter becomes commands: read, screened, its sender and thread found, its words understood."""
