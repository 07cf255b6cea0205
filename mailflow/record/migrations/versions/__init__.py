"""The changes; a file here is never edited once it was released."""
