"""Tests of the procedure: the tables, the machine, the numbers, the days."""
