"""Bytes become a letter: its headers, words, files and signatures, whatever the bytes are."""
