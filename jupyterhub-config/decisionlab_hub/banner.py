# SPDX-License-Identifier: Apache-2.0
"""An announcement on all of the hub's pages, read from its file whenever a page is shown."""

from __future__ import annotations

import html
from pathlib import Path

_MOST_CHARACTERS = 2000


class Banner:
    """What the hub's page template takes for a text: true when there is one, HTML when it is shown."""

    def __init__(self, path: Path):
        self._path = path

    def __bool__(self) -> bool:
        return bool(self._text())

    def __html__(self) -> str:
        return html.escape(self._text()).replace("\n", "<br>")

    def __str__(self) -> str:
        return self.__html__()

    def _text(self) -> str:
        try:
            with self._path.open(encoding="utf-8", errors="replace") as file:
                return file.read(_MOST_CHARACTERS).strip()
        except FileNotFoundError:
            return ""
        except OSError as unreadable:
            return f"(the announcement cannot be read: {unreadable.strerror})"
