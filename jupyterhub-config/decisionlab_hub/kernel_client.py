# SPDX-License-Identifier: Apache-2.0
"""A client of kernels whose wait for an answer outlives what is sent meanwhile.

ZeroMQ's file descriptor tells of a change once. jupyter_client sends on the bare socket below the asynchronous one, and
sending takes notice of everything that has arrived; the coroutine that waits for an answer on the same socket is then
never woken for it. nbclient does this whenever an Output widget shows something while the cell's reply arrives.
"""

from __future__ import annotations

from typing import Any

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type


_JAVA_KERNEL = "org.decisionlab.kernel.KernelMain"


class ShellChannel(AsyncZMQSocketChannel):
    """After each message sent it looks for messages that have arrived, so that who waits for them is woken."""

    def send(self, msg: dict[str, Any]) -> None:
        super().send(msg)
        self.socket.get(zmq.EVENTS)  # asynchronous sockets wake their waiters for what this finds


class KernelClient(AsyncKernelClient):
    """jupyter_client's asynchronous client with such a shell channel."""

    shell_channel_class = Type(ShellChannel)


class KernelManager(AsyncKernelManager):
    """jupyter_client's asynchronous manager; its clients are those of this module."""

    client_factory: Type = Type(klass=AsyncKernelClient, default_value=KernelClient)


class ForgetfulKernelManager(KernelManager):
    """Starts Java kernels that keep no history: theirs is kept for each folder, and a run's folder is never worked in again."""

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        command = super().format_kernel_cmd(extra_arguments)
        if _JAVA_KERNEL in command:
            command.insert(command.index(_JAVA_KERNEL), "-Ddecisionlab.history=false")
        return command
