"""Tests of what time sets off."""
