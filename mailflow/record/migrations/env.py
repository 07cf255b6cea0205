"""Alembic's entry: applies migrations within the transaction that the caller opened."""

from alembic import context

from mailflow.record.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
with context.begin_transaction():
    context.run_migrations()
