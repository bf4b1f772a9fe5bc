# SPDX-License-Identifier: Apache-2.0
"""One running kernel and what a front end does with it, with a time limit on every step."""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from jupyter_client import BlockingKernelClient, KernelManager
from jupyter_client.kernelspec import KernelSpecManager

MEGABYTE = 1024 * 1024


class Hung(Exception):
    """A kernel did not answer within the limit, or died; the message says to what."""


@dataclass(frozen=True)
class Executed:
    """One cell: seconds from the request until both reply and idle had come, and what came."""

    seconds: float
    status: str
    stdout: str
    result: str
    error: str


@dataclass(frozen=True)
class Side:
    """A kernel to measure: a kernelspec by name, the folder above it, and variables for its process."""

    name: str
    kernel: str
    kernels: Path
    environment: dict[str, str]


class Session:
    """A kernel process; ends with `close`, whatever state it is in."""

    def __init__(self, side: Side, folder: Path, start_limit: float):
        """Starts the kernel and waits for its first replies: to a kernel_info request, then to a cell."""
        self.side = side
        manager = KernelManager(
            kernel_name=side.kernel, kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(side.kernels)], ensure_native_kernel=False)
        )
        folder.mkdir(parents=True, exist_ok=True)
        self._log = (folder / "kernel.log").open("ab")
        self._manager = manager
        self._client: BlockingKernelClient | None = None
        began = time.perf_counter()
        try:
            manager.start_kernel(cwd=str(folder), env=side.environment, stdout=self._log, stderr=self._log)
            self._client = manager.client()
            self._client.start_channels()
            self.info(start_limit)
            self.info_after = time.perf_counter() - began
            if self.execute("1 + 1", start_limit).status != "ok":
                raise Hung("the first cell failed")
            self.ready_after = time.perf_counter() - began
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def client(self) -> BlockingKernelClient:
        assert self._client is not None
        return self._client

    def close(self) -> None:
        """Ends the kernel at once."""
        if self._client is not None:
            self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._log.close()

    def info(self, limit: float) -> float:
        """Seconds from a kernel_info request to its reply."""
        return self._ask(self.client.kernel_info, "kernel_info", limit)

    def complete(self, code: str, limit: float) -> float:
        """Seconds from a completion request at the end of `code` to its reply."""
        return self._ask(lambda: self.client.complete(code, len(code)), "completion", limit)

    def execute(self, code: str, limit: float) -> Executed:
        """Runs a cell. Raises Hung when reply or idle do not come within the limit, in seconds."""
        client = self.client
        began = time.perf_counter()
        request = client.execute(code, allow_stdin=False)
        stdout: list[str] = []
        result = error = ""
        while True:
            message = self._next(client.get_iopub_msg, began + limit, f"the cell {code[:40]!r} did not end")
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stdout":
                stdout.append(content["text"])
            elif kind == "execute_result":
                result = content["data"].get("text/plain", "")
            elif kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif kind == "status" and content["execution_state"] == "idle":
                break
        reply = self._reply(request, began + limit, f"the cell {code[:40]!r}")
        return Executed(time.perf_counter() - began, reply["content"]["status"], "".join(stdout), result, error)

    def resident_megabytes(self) -> float:
        """Resident memory of the kernel's process and its children."""
        return sum(process.memory_info().rss for process in self._processes()) / MEGABYTE

    def cpu_seconds(self) -> float:
        """Processor time that the kernel's process and its children have used."""
        return sum(sum(process.cpu_times()[:2]) for process in self._processes())

    def _processes(self) -> list[psutil.Process]:
        first = psutil.Process(self._manager.provisioner.pid)
        return [first, *first.children(recursive=True)]

    def _ask(self, send, what: str, limit: float) -> float:
        began = time.perf_counter()
        request = send()
        self._reply(request, began + limit, what)
        return time.perf_counter() - began

    def _reply(self, request: str, deadline: float, what: str) -> dict:
        while True:
            message = self._next(self.client.get_shell_msg, deadline, f"no reply to {what}")
            if message["parent_header"].get("msg_id") == request:
                return message

    def _next(self, receive, deadline: float, trouble: str) -> dict:
        while time.perf_counter() < deadline:
            try:
                return receive(timeout=min(1.0, max(0.001, deadline - time.perf_counter())))
            except queue.Empty:
                if not self._manager.is_alive():
                    raise Hung("the kernel died") from None
        raise Hung(trouble)
