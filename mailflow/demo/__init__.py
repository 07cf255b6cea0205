"""A sample agency lives through its requests: real letters through the real loop."""
