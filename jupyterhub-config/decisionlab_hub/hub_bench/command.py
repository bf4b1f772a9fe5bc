# SPDX-License-Identifier: Apache-2.0
"""The command line of `lab bench hub`; like all that the script `lab` itself runs it needs Python alone."""

from __future__ import annotations

import argparse

from decisionlab_hub.hub_bench.rows import all_rows
from decisionlab_hub.measuring import parser

_DESCRIPTION = "The hub, logins, the token broker and the sidecar's look at tokens, in a lab of its own with the IAM simulator: one table."


def parse(arguments: list[str]) -> argparse.Namespace:
    """Reads the command line."""
    return parser("hub", _DESCRIPTION, all_rows(), "everything in about two minutes; shows that it works, not how fast it is").parse_args(arguments)
