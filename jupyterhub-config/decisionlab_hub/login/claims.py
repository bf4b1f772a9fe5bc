# SPDX-License-Identifier: Apache-2.0
"""Groups, as providers say them."""

from __future__ import annotations

import re
from typing import Any, Mapping

_CLAIMS = ("wlcg.groups", "groups", "roles")
_GROUP = re.compile(r"(/[\w.@:+-]+)+")
_LONGEST = 255


def groups_of(claims: Mapping[str, Any]) -> list[str]:
    """Returns the groups of a user, each with a slash in front, sorted.

    They are those of the first claim that is there and not empty, of `wlcg.groups`, `groups` and `roles`. A subgroup is not its
    parent. What is no name of a group is left out.
    """
    for name in _CLAIMS:
        said = claims.get(name)
        each = said.split() if isinstance(said, str) else said if isinstance(said, (list, tuple)) else []
        if each:
            return sorted({group for text in each if isinstance(text, str) and (group := normal_group(text))})
    return []


def normal_group(text: str) -> str | None:
    """Returns a group's name with one slash in front; None when it is no name of a group."""
    name = "/" + text.strip().removeprefix("/")
    fits = len(name) <= _LONGEST and _GROUP.fullmatch(name) and not {".", ".."} & set(name.split("/"))
    return name if fits else None
