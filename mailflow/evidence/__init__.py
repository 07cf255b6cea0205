"""Evidence packs (VII): all that is kept of requests, to be read and checked without Mailflow."""
