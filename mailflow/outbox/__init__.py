"""Notices become mails: templates, composing, addresses and sending."""
