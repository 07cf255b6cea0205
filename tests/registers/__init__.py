"""Stories of the roster, the calendar and the shared registers."""
