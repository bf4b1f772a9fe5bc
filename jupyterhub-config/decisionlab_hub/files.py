# SPDX-License-Identifier: Apache-2.0
"""Files that are either the old ones or the new ones, whatever happens in between; and files of others, that are files and nothing else."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

_NO_FILE_TO_OPEN = (errno.ELOOP, errno.ENXIO, errno.EWOULDBLOCK)
"""What an opening answers that finds a link, a socket, or a file on which another program has a lease."""


class Unfit(OSError):
    """There is something of that name, and it is not read: no regular file, one that another program holds, or too large a one."""


@contextmanager
def regular_file(name: Path | str, folder: int | None = None) -> Iterator[tuple[int, os.stat_result]]:
    """Opens a file of somebody else's to read, and yields its descriptor and state. Follows no link at the end of the path and waits for nobody.

    `folder` is the descriptor of the folder that a name is in. Raises Unfit for what is no regular file.
    """
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as refused:
        if refused.errno in _NO_FILE_TO_OPEN:
            raise Unfit(refused.errno, "no regular file that can be read", str(name)) from refused
        raise
    try:
        state = os.fstat(file)
        if not stat.S_ISREG(state.st_mode):
            raise Unfit(errno.EINVAL, "no regular file", str(name))
        yield file, state
    finally:
        os.close(file)


def read_at_most(file: int, most: int) -> bytes:
    """Returns what an open file has, or one byte more than `most`, however it grows meanwhile."""
    with os.fdopen(os.dup(file), "rb") as opened:
        return opened.read(most + 1)


def read_regular(path: Path, most: int) -> bytes:
    """Returns what a file of somebody else's has. Raises Unfit for what is no regular file, and for one of more than `most` bytes."""
    with regular_file(path) as (file, state):
        content = read_at_most(file, most) if state.st_size <= most else b""
    if max(state.st_size, len(content)) > most:
        raise Unfit(errno.EFBIG, f"more than {most:,} bytes", str(path))
    return content


def write_atomically(path: Path, content: str | bytes, mode: int = 0o644, durable: bool = True) -> None:
    """Writes a file by way of a temporary one beside it; with `durable` it reaches the disk before it gets its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if not durable:
        return
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
