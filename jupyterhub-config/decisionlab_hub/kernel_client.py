# SPDX-License-Identifier: Apache-2.0
"""A client of kernels that may be written to while somebody waits for it."""

from __future__ import annotations

from typing import Any

import zmq
from jupyter_client import AsyncKernelManager
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type


class WokenChannel(AsyncZMQSocketChannel):
    """A channel on which a message that is sent takes nobody the news of one that has come.

    ZeroMQ tells of what has come by an edge, and sending takes that edge away: who waits for a reply in the meantime waits until
    their limit, though the reply is there. nbclient does both at once where an `Output` widget shows something.
    """

    def send(self, msg: dict[str, Any]) -> None:
        super().send(msg)
        # Asking for the events wakes who waits for them.
        self.socket.get(zmq.EVENTS)


class WokenClient(AsyncKernelClient):
    """A client whose channels may be written to while they are waited for."""

    shell_channel_class = Type(WokenChannel)
    control_channel_class = Type(WokenChannel)
    stdin_channel_class = Type(WokenChannel)


class WokenKernel(AsyncKernelManager):
    """A kernel whose clients are such."""

    client_class = f"{WokenClient.__module__}.{WokenClient.__qualname__}"
    client_factory = Type(WokenClient)
