"""What an agency sets: the checked values of its mailflow.toml, and where our own data lies."""

from mailflow.settings.data import data_root, default_limits
from mailflow.settings.faults import FILE
from mailflow.settings.read import (
    Settings,
    load,
    register_id,
    secret_files,
    starting_file,
)

__all__ = [
    "FILE",
    "Settings",
    "data_root",
    "default_limits",
    "load",
    "register_id",
    "secret_files",
    "starting_file",
]
