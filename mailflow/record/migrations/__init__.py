"""How the record's schema came about, one file a change, applied in order by Alembic."""
