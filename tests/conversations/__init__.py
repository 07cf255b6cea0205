"""Whole mail exchanges with the sample cast, over the Maildir channel, the clock an argument."""
