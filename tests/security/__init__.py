"""What strangers may try, and what comes of it."""
