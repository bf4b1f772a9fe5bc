# SPDX-License-Identifier: Apache-2.0
"""What is sent while a reply is waited for, as nbclient does for output widgets, does not hide the reply."""

import asyncio
import select
import time

import zmq
import zmq.asyncio
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.session import Session

from decisionlab_hub.kernel_client import WokenChannel, WokenClient, WokenKernel

LIMIT_SECONDS = 10.0


async def seconds_until_reply(kind) -> float:
    """A kernel's reply comes first, then the client sends something else, then it looks for the reply."""
    context = zmq.asyncio.Context()
    kernel = zmq.Context.shadow(context.underlying).socket(zmq.ROUTER)
    port = kernel.bind_to_random_port("tcp://127.0.0.1")
    socket = context.socket(zmq.DEALER)
    socket.connect(f"tcp://127.0.0.1:{port}")
    session = Session(key=b"secret")
    channel = kind(socket, session)
    try:
        channel.send(session.msg("execute_request"))
        asked, request = session.recv(kernel, mode=0)
        waiting = asyncio.ensure_future(channel.get_msg(timeout=LIMIT_SECONDS))
        # Until the client looks for nothing but the signal of its socket.
        for _ in range(20):
            await asyncio.sleep(0.001)
        session.send(kernel, "execute_reply", content={}, parent=request, ident=asked)
        assert select.select([socket.fd], [], [], LIMIT_SECONDS)[0], "the reply has not come"
        channel.send(session.msg("comm_msg"))
        began = time.monotonic()
        reply = await waiting
        assert reply["parent_header"]["msg_id"] == request["header"]["msg_id"]
        return time.monotonic() - began
    finally:
        socket.close(linger=0)
        kernel.close(linger=0)
        context.term()


def test_a_reply_is_seen_though_something_is_sent_when_it_has_come():
    assert asyncio.run(seconds_until_reply(WokenChannel)) < LIMIT_SECONDS / 2


def test_all_clients_of_notebooks_are_of_this_kind():
    client = WokenKernel(kernel_name="python3").client()
    assert isinstance(client, WokenClient)
    assert client.shell_channel_class is WokenChannel


def test_the_librarys_own_channel_still_needs_this():
    """Fails once the library does it by itself: then `kernel_client.py` can go."""
    assert asyncio.run(seconds_until_reply(AsyncZMQSocketChannel)) > LIMIT_SECONDS / 2
