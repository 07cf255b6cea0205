"""Tests of the intake: a letter becomes commands."""
