"""The agency as a fixture."""

from tests.conversations.conftest import agency

__all__ = ["agency"]
