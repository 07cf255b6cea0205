"""Tests of what a command does: the sentences people get, the words their values are shown in."""
