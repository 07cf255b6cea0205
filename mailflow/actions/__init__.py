"""What a command does inside one unit of work: the one door by which a request changes."""
