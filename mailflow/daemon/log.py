"""The log: JSON lines on stderr, kept by systemd or Docker; ids only, no names, no contents."""

import sys
import traceback

import structlog
from structlog.typing import EventDict, WrappedLogger


def to_stderr() -> None:
    """Write every event of this process as one JSON line on stderr."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_by_place,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _exception_by_place(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Say what kind of error came up and where; its message may quote a letter."""
    error = sys.exc_info()[1] if event.pop("exc_info", None) else None
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        event["exception"] = type(error).__name__
        event["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event
