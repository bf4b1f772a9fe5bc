# SPDX-License-Identifier: Apache-2.0
"""The websocket of one kernel, as JupyterLab talks to it: a cell is sent, and what comes of it is waited for, until a deadline for all of it."""

from __future__ import annotations

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from types import TracebackType

import websocket

_SESSION = uuid.uuid4().hex
"""One for all cells, as a page of JupyterLab has."""


@dataclass
class Outcome:
    """What came of a cell: all that it showed, and the error that ended it, if any."""

    shown: list[str] = field(default_factory=list)
    error: str = ""
    begun: bool = False
    _replied: bool = False
    _idle: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.shown)

    @property
    def ended(self) -> bool:
        """Both have come, in whatever order: the reply, and that the kernel is idle again."""
        return self._replied and self._idle

    def hear(self, kind: str, said: dict) -> None:
        """Takes in one message about the cell."""
        if kind == "execute_input":
            self.begun = True
        elif kind == "stream":
            self.shown.append(said["text"])
        elif kind in ("execute_result", "display_data", "update_display_data"):
            self.shown.append(str(said["data"].get("text/plain", "")))
        elif kind == "error":
            self.error = f"{said['ename']}: {said['evalue']}"
        elif kind == "execute_reply":
            self._replied = True
            if said["status"] != "ok" and not self.error:
                self.error = f"{said.get('ename')}: {said.get('evalue')}"
        elif kind == "status":
            self._idle = said["execution_state"] == "idle"


def open_websocket(server: str, kernel: str, token: str, limit: float) -> websocket.WebSocket:
    """Opens the channels of a kernel; `server` is the address of the user's server."""
    address = f"{server.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    return websocket.create_connection(address, header=[f"Authorization: token {token}"], timeout=limit, http_no_proxy=["*"])


class KernelChannel:
    """An open websocket, for one cell. It is cut off at the deadline, whatever comes over it until then: messages, parts of one, or pings."""

    def __init__(self, server: str, kernel: str, token: str, limit: float):
        self._limit = limit
        began = time.monotonic()
        self._channel = open_websocket(server, kernel, token, limit)
        self._channel.settimeout(None)  # the deadline alone ends it
        self._over = threading.Event()
        self._timer = threading.Timer(max(0.0, limit - (time.monotonic() - began)), self._cut_off)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> KernelChannel:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        self._channel.close(timeout=1)

    def _cut_off(self) -> None:
        self._over.set()
        self._channel.abort()

    def begin(self, code: str) -> Outcome:
        """Hands a cell over and sees that it has begun, or that it ended at once."""
        return self._run(code, to_its_end=False)

    def run(self, code: str) -> Outcome:
        """Runs a cell to its end, whatever that is. Fails at the deadline, with what the cell has shown until then."""
        return self._run(code, to_its_end=True)

    def _run(self, code: str, to_its_end: bool) -> Outcome:
        outcome = Outcome()
        try:
            asked = self._send(code)
            while not outcome.ended and (to_its_end or not outcome.begun):
                heard = json.loads(self._received())
                if heard.get("parent_header", {}).get("msg_id") == asked:
                    outcome.hear(heard["header"]["msg_type"], heard["content"])
        except (websocket.WebSocketException, OSError) as broken:
            if not self._over.is_set():
                raise
            wanted = "ended" if to_its_end else "begun"
            raise AssertionError(f"the cell has not {wanted} within {self._limit:g} s; it has shown {outcome.text[-500:]!r}\n{code}") from broken
        return outcome

    def _received(self) -> str | bytes:
        if text := self._channel.recv():
            return text
        raise ConnectionError("the server closed the kernel's channels in the middle of a cell")

    def _send(self, code: str) -> str:
        asked = uuid.uuid4().hex
        header = {"msg_id": asked, "msg_type": "execute_request", "username": "", "session": _SESSION, "date": "", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        self._channel.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}))
        return asked
