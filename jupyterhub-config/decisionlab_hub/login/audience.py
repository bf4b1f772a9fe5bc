# SPDX-License-Identifier: Apache-2.0
"""What the audience of a token can be: a name in its claim `aud`, which is an address, a URN or a plain name of the provider's."""

from __future__ import annotations

import re

NO_AUDIENCE = "none"
"""Said for the sidecar's audience: it asks for no tokens."""

EXPECTED_AUDIENCE = "an address such as https://sidecar.example.org, a URN such as urn:decisionlab:sidecar:lab, or a plain name such as lab-sidecar, of at most 500 characters"

_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\x00-\x1f\x7f/?#@\"\\]+([/?#][^\s\x00-\x1f\x7f\"\\]*)?"
_URN = r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9()+,.:=@;$_!*'%/?#~&-]+"
_NAME = r"(?![Nn][Oo][Nn][Ee]$)[A-Za-z0-9][A-Za-z0-9._~-]*"
AUDIENCE = rf"^(?=.{{1,500}}$)({_ADDRESS}|{_URN}|{_NAME})$(?!\n)"
"""A pattern for Python and for the schema of the facility file, which has a copy. `none` is no name, however it is written."""


def is_audience(text: str) -> bool:
    """Tells whether tokens can be for this."""
    return re.fullmatch(AUDIENCE, text) is not None
