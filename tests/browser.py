"""Takes pictures of pages with chromium, many in one start, spoken to over a pipe."""

import base64
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STARTED = [
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-extensions",
    "--disable-background-networking", "--remote-debugging-pipe",
]  # fmt: skip


class Browser:
    """A page of a headless chromium, by the DevTools protocol: JSON messages that end in NUL."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._read = b""
        self._number = 0
        self._session = ""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._ask("Page.enable")

    def picture(
        self,
        page: str,
        width: int,
        *,
        dark: bool = False,
        part: tuple[int, int, int, int] | None = None,
    ) -> bytes:
        """Draw a page of HTML in a window of `width` pixels; gives PNG.

        Whole, or a part of it: left, top, right and bottom.
        """
        height = self._laid_out(page, width, dark=dark)["height"]
        left, top, right, bottom = part or (0, 0, width, height)
        area = {"x": left, "y": top, "width": right - left, "height": bottom - top, "scale": 1}
        shot = self._ask("Page.captureScreenshot", captureBeyondViewport=True, clip=area)
        return base64.b64decode(shot["data"])

    def width_needed(self, page: str, width: int) -> int:
        """Say how wide a page of HTML becomes in a window of `width` pixels."""
        needed: int = self._laid_out(page, width)["width"]
        return needed

    def _laid_out(self, page: str, width: int, *, dark: bool = False) -> Any:
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=400, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])
        frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._ask("Page.setDocumentContent", frameId=frame, html=page)
        return self._ask("Page.getLayoutMetrics")["cssContentSize"]

    def _ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _next(self) -> Any:
        while b"\0" not in self._read:
            more = os.read(self._back, 1 << 16)
            if not more:
                raise RuntimeError("chromium ended")
            self._read += more
        message, _, self._read = self._read.partition(b"\0")
        return json.loads(message)


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    """Start chromium; it reads its file descriptor 3 and writes to 4."""
    there, to = os.pipe()
    back, here = os.pipe()
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        command = [program, *STARTED, f"--user-data-dir={Path(folder) / 'profile'}"]
        script = f'exec "$0" "$@" 3<&{there} 4>&{here}'
        with subprocess.Popen(
            ["/bin/bash", "-c", script, *command],
            pass_fds=(there, here),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            os.close(there)
            os.close(here)
            try:
                yield Browser(to, back)
            finally:
                os.close(to)
                os.close(back)
                os.killpg(process.pid, signal.SIGKILL)
