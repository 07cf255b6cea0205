"""Tests of the channels: real servers, real files."""
