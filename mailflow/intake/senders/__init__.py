"""Who or what sent a letter, what proves it, and which mail of ours it answers."""
