"""Tests of sentences: what is decided in no set form."""
