"""Mailflow carries an agency's ISO 9001 improvement procedure by email and shared workbooks."""
