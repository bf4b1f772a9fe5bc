# SPDX-License-Identifier: Apache-2.0
"""The installed Java kernel, driven by the real jupyter_client, jupyter_kernel_test and jupyter_server."""

from __future__ import annotations

import asyncio
import os
import time
import unittest
from pathlib import Path

import jupyter_kernel_test
import pytest
import zmq
from jupyter_client import KernelManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from conftest import CHECKOUT

pytestmark = pytest.mark.script

LIMIT_SECONDS = 120


@pytest.fixture(autouse=True)
def kernelspecs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    tools = Path(os.environ.get("LAB_TOOLS") or CHECKOUT / ".lab" / "tools")
    monkeypatch.setenv("JUPYTER_PATH", str(tools / "jupyter" / "share" / "jupyter"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


class Conformance(jupyter_kernel_test.KernelTests):
    """Every attribute that jupyter_kernel_test knows: what is not set is skipped in silence."""

    __test__ = False
    kernel_name = "decisionlab"
    language_name = "java"
    file_extension = ".jshell"
    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("oops");'
    completion_samples = [
        {"text": '"abc".subst', "matches": {"substring("}},
        {"text": "%lsm", "matches": {"lsmagic"}},
    ]
    complete_code_samples = ["int x = 1;", "1 + 1", "void f() {}", "%lsmagic"]
    incomplete_code_samples = ["void f() {", "int x =", 'String s = """\nabc', "%%sql"]
    invalid_code_samples = ["int x = ;", "}", "%lsmagic 'open"]
    code_page_something = "String?"
    code_generate_error = 'throw new RuntimeException("wrong");'
    code_execute_result = [{"code": "6*7", "result": "42"}, {"code": '"a" + 1', "result": "a1"}]
    code_display_data = [
        {"code": 'html("<b>x</b>");', "mime": "text/html"},
        {"code": "display(3);", "mime": "text/plain"},
    ]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6*"
    code_inspect_sample = "java.util.List"
    code_clear_output = "clearOutput(true);"


TESTS = {
    "test_kernel_info", "test_execute_stdout", "test_execute_stderr", "test_completion", "test_is_complete", "test_pager", "test_error",
    "test_execute_result", "test_display_data", "test_history", "test_inspect", "test_clear_output", "test_recv_iopub_welcome_msg",
}  # fmt: skip


def test_conforms_and_nothing_is_skipped():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Conformance)
    welcome = type("Welcome", (jupyter_kernel_test.IopubWelcomeTests,), {"kernel_name": "decisionlab", "support_iopub_welcome": True})
    suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(welcome))
    names = {test.id().rsplit(".", 1)[1] for test in suite}
    assert names == TESTS, "jupyter_kernel_test has other tests than this file knows"
    result = unittest.TestResult()
    suite.run(result)
    assert result.errors + result.failures == []
    assert result.skipped == []
    assert result.testsRun == len(TESTS)


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
@pytest.mark.parametrize("encryption", ["disabled", "required"])
def test_answers_on_every_transport(transport: str, encryption: str):
    manager = KernelManager(kernel_name="decisionlab", transport=transport, transport_encryption=encryption)
    manager.start_kernel()
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=LIMIT_SECONDS)
        assert ("curve_secretkey" in manager.get_connection_info()) == (encryption == "required")
        texts: list[str] = []
        reply = client.execute_interactive(
            "for (int i = 0; i < 20_000; i++) System.out.println(i);",
            timeout=LIMIT_SECONDS,
            output_hook=lambda message: texts.append(message["content"].get("text", "")),
        )
        assert reply["content"]["status"] == "ok"
        assert "".join(texts) == "".join(f"{i}\n" for i in range(20_000))
        assert beats(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def beats(client) -> bool:
    """Whether the heart beat is answered, within the limit."""
    socket = client.hb_channel
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        if socket.is_beating():
            return True
        client.kernel_info(reply=True, timeout=LIMIT_SECONDS)
    return False


def test_a_wrong_key_gets_no_answer():
    manager = KernelManager(kernel_name="decisionlab", transport_encryption="required")
    manager.start_kernel()
    client = manager.client()
    stranger = manager.client()
    stranger.curve_publickey, stranger.curve_secretkey = zmq.curve_keypair()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=LIMIT_SECONDS)
        stranger.start_channels(hb=False)
        stranger.kernel_info()
        client.execute('System.out.println("not for strangers");', reply=True, timeout=LIMIT_SECONDS)
        assert not stranger.shell_channel.msg_ready()
        assert not stranger.iopub_channel.msg_ready()
        assert client.execute("1", reply=True, timeout=LIMIT_SECONDS)["content"]["status"] == "ok"
    finally:
        stranger.stop_channels()
        client.stop_channels()
        manager.shutdown_kernel()


def test_a_silent_cell_counts_as_activity_for_the_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-Ddecisionlab.activity.seconds=1")

    async def moves_while_silent() -> None:
        server = AsyncMappingKernelManager()
        kernel_id = await server.start_kernel(kernel_name="decisionlab")
        kernel = server.get_kernel(kernel_id)
        client = kernel.client()
        try:
            client.start_channels()
            await client.wait_for_ready(timeout=LIMIT_SECONDS)
            client.execute("Thread.sleep(600_000);")
            end = time.monotonic() + LIMIT_SECONDS
            while True:
                message = await client.get_iopub_msg(timeout=LIMIT_SECONDS)
                if message["msg_type"] == "execute_input":
                    break
            seen = {kernel.last_activity}
            while len(seen) < 4:
                assert time.monotonic() < end, "the server sees no activity of the kernel"
                await client.get_iopub_msg(timeout=LIMIT_SECONDS)
                await asyncio.sleep(0)
                seen.add(kernel.last_activity)
            assert kernel.execution_state == "busy"
        finally:
            client.stop_channels()
            await server.shutdown_kernel(kernel_id, now=True)

    asyncio.run(moves_while_silent())
