"""Tests: stories of people who write mails and edit sheets, and what they get back."""
