"""`mailflow rehearse`: what a home has lived through, with this program, beside how it went."""

from mailflow.rehearsal.rehearse import Rehearsed, With, rehearse

__all__ = ["Rehearsed", "With", "rehearse"]
