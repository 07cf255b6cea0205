"""Tests of senders: a machine or a person, who, and about what."""
