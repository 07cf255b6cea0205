"""Workbooks people keep, and the record: roster and calendar are read, registers are synced."""
