# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium that shows a page, driven over a pipe by the DevTools protocol."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DEADLINE_S = 60  # for one answer
# What sticks out of the window, or of the element that it is in.
STICKING_OUT = """
[...document.querySelectorAll('body *:not(svg *)')].filter(element => {
  const box = element.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1
    || element.scrollWidth > element.clientWidth + 1 && element.clientWidth
       && getComputedStyle(element).display !== 'inline');
}).map(element => element.outerHTML.slice(0, 120))
"""
# Headings and numbers of tables in which a line ends within a word.
BROKEN_WORDS = """
[...document.querySelectorAll('th, td.number')].filter(cell => {
  const text = cell.firstChild;
  if (text?.nodeType !== Node.TEXT_NODE) return false;
  return [...text.data.matchAll(/\\S+/g)].some(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  });
}).map(cell => cell.textContent)
"""


class Browser:
    """One tab. What it asks the network for and what it writes to its console is kept."""

    def __init__(self) -> None:
        """Starts it."""
        self.profile = tempfile.mkdtemp(prefix="tickring-browser-")
        read_end, self._out = os.pipe()
        self._in, write_end = os.pipe()
        # The protocol is spoken on the descriptors 3 and 4.
        script = f'exec 3<&{read_end} 4>&{write_end} && exec "$@"'
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += ["--remote-debugging-pipe", f"--user-data-dir={self.profile}"]
        self._process = subprocess.Popen(
            ["bash", "-c", script, "bash", *command],
            pass_fds=(read_end, write_end),
            env={**os.environ, "TMPDIR": self.profile},  # it leaves folders there when it is killed
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_end)
        os.close(write_end)
        self._number = 0
        self._buffer = b""
        self._session: str | None = None
        self._events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command and its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._in], [], [], DEADLINE_S)[0], "the browser is silent"
            part = os.read(self._in, 1 << 16)
            assert part, "the browser is gone"
            self._buffer += part
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def show(self, page: Path, width: int, scheme: str) -> None:
        """Loads a page into a window of that width, in light or dark colours."""
        self._events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Page.navigate", url=page.resolve().as_uri())
        while not self.events("Page.loadEventFired"):
            self._events.append(self._next())

    def events(self, *methods: str) -> list[dict[str, Any]]:
        """Those of some kinds since the page was asked for."""
        return [event["params"] for event in self._events if event.get("method") in methods]

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"]["value"]

    def screenshot(self, file: Path) -> None:
        """The whole page as a PNG."""
        width, height = self.evaluate("[innerWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(taken["data"]))
