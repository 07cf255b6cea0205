"""The outbox, tested: templates, pages, mails, sending."""
