"""Tests of the forms: what the view says, what Word holds, what LibreOffice prints."""
