"""Free sentences: what a person decided, told or asked for in no set form."""
