"""Destruction: everything that can be killed is killed, and what stands afterwards is looked at."""
