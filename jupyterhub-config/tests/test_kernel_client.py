# SPDX-License-Identifier: Apache-2.0
"""An answer that has arrived before something else is sent reaches who waits for it."""

import asyncio
import json
import select
import time

import pytest
import zmq
import zmq.asyncio
from jupyter_client.session import Session

from decisionlab_hub.kernel_client import ForgetfulKernelManager, KernelManager, ShellChannel

LIMIT_SECONDS = 30


def _send_until_it_took_notice(channel: ShellChannel, session: Session) -> None:
    """ZeroMQ looks for arrivals at most once in about a millisecond of sending."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while select.select([channel.socket.FD], [], [], 0)[0]:
        assert time.monotonic() < deadline
        channel.send(session.msg("comm_msg", {"comm_id": "output", "data": {}}))


async def _answer_overtaken_by_a_message() -> dict:
    session = Session(key=b"")
    context = zmq.asyncio.Context()
    kernel = zmq.Context.shadow(context.underlying).socket(zmq.ROUTER)
    client = context.socket(zmq.DEALER)
    try:
        port = kernel.bind_to_random_port("tcp://127.0.0.1")
        client.connect(f"tcp://127.0.0.1:{port}")
        channel = ShellChannel(client, session, asyncio.get_running_loop())
        channel.send(session.msg("execute_request", {}))
        assert kernel.poll(LIMIT_SECONDS * 1000)
        identities, _ = session.feed_identities(kernel.recv_multipart())

        waiting = asyncio.ensure_future(channel.get_msg(timeout=None))
        await asyncio.sleep(0)  # lets it begin to wait
        while select.select([client.FD], [], [], 0)[0]:  # what was told so far
            client.get(zmq.EVENTS)
        session.send(kernel, "execute_reply", {"status": "ok"}, ident=identities)
        assert select.select([client.FD], [], [], LIMIT_SECONDS)[0], "the answer did not arrive"
        _send_until_it_took_notice(channel, session)
        return await waiting
    finally:
        client.close(linger=0)
        kernel.close(linger=0)
        context.term()


def test_an_answer_that_arrives_just_before_something_is_sent_is_seen():
    answer = asyncio.run(asyncio.wait_for(_answer_overtaken_by_a_message(), LIMIT_SECONDS))
    assert answer["msg_type"] == "execute_reply"


@pytest.mark.parametrize(("main", "told"), [("org.decisionlab.kernel.KernelMain", ["-Ddecisionlab.history=false"]), ("another.Main", [])])
def test_a_java_kernel_of_a_run_keeps_no_history(tmp_path, main, told):
    spec = tmp_path / "kernels" / "one"
    spec.mkdir(parents=True)
    argv = ["java", "@java.args", main, "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "one", "language": "java"}))
    manager = ForgetfulKernelManager(kernel_name="one", connection_file=str(tmp_path / "c.json"))
    manager.kernel_spec_manager.kernel_dirs = [str(tmp_path / "kernels")]
    assert manager.format_kernel_cmd()[1:] == ["@java.args", *told, main, str(tmp_path / "c.json")]


def test_the_manager_makes_clients_with_this_channel(tmp_path):
    manager = KernelManager(connection_file=str(tmp_path / "kernel.json"))
    manager.write_connection_file()
    try:
        assert manager.client().shell_channel_class is ShellChannel
    finally:
        manager.cleanup_connection_file()
