"""Tests of what an agency sets."""
