"""`mailflow check`: each part of a home looked at by itself, every fault with what to do."""

from mailflow.checking.home import check_home

__all__ = ["check_home"]
