"""Tests of the master record."""
