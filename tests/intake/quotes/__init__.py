"""Tests of quotes: only the person's own words are left."""
