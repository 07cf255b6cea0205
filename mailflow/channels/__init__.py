"""Where letters come from and go to: bytes in, bytes out, no procedure and no record."""
