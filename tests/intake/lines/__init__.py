"""Tests of lines: values as people write them."""
