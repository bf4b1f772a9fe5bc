# SPDX-License-Identifier: Apache-2.0
"""The page of tables: HTML without scripts and without anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Iterable

from decisionlab_hub.metrics.tables import Table

AGAIN_SECONDS = 30

_STYLE = """body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1.5rem; color: #1f2328; background: #fff; }
table { border-collapse: collapse; margin-bottom: 1.5rem; } th, td { border: 1px solid #d0d7de; padding: .3rem .7rem; text-align: left; vertical-align: top; }
th { background: #f4f5f7; } td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; } .bad { color: #b3261e; font-weight: 600; } p { color: #59636e; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #111418; } th { background: #22272e; } th, td { border-color: #444c56; } .bad { color: #ff8a80; } }"""

POLICY = f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The page's Content-Security-Policy: its own style and nothing else."""


def html(tables: Iterable[Table], taken: str) -> str:
    """Returns the page; every text of a source is shown as text."""
    body = "".join(_table(table) for table in tables)
    head = f'<meta charset="utf-8"><meta http-equiv="refresh" content="{AGAIN_SECONDS}"><title>Decision Lab: metrics</title><style>{_STYLE}</style>'
    note = f'Read at {escape(taken)}, and every {AGAIN_SECONDS} s while this page is open. <a href="metrics">The same for Prometheus</a>.'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><h1>Metrics</h1><p>{note}</p>{body}</body></html>'


def _table(table: Table) -> str:
    heading = f"<h2>{escape(table.title)}</h2>"
    if not table.rows:
        return f"{heading}<p>{escape(table.empty)}</p>"
    heads = "".join(f"<th>{escape(head)}</th>" for head in table.heads)
    rows = "".join(f"<tr>{''.join(_cell(text) for text in row)}</tr>" for row in table.rows)
    return f"{heading}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(text: str) -> str:
    bad = ' class="bad"' if text.startswith(("CANNOT BE READ", "SHIFTED")) else ""
    return f"<td{bad}>{escape(text)}</td>"
