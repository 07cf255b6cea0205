"""The console: one function per verb; exit codes 0 done, 1 a fault in the work, 2 wrong usage."""

from mailflow.cli.app import main

__all__ = ["main"]
