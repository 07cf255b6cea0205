"""Tests of reading: bytes become a letter."""
