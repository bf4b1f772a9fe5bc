# SPDX-License-Identifier: Apache-2.0
"""The form on the hub's page in which a user chooses a profile: one card each, usable by keyboard, without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

_STYLE = """<style>
.dl-profiles { display: grid; gap: .75rem; margin: 1rem 0; border: 0; padding: 0; }
.dl-profiles legend { font-size: 1rem; margin-bottom: .5rem; }
.dl-profile { display: flex; gap: .9rem; align-items: flex-start; padding: .9rem 1.1rem; margin: 0; cursor: pointer;
  border: 1px solid var(--bs-border-color, #ced4da); border-radius: .5rem; }
.dl-profile:hover { border-color: #f37524; }
.dl-profile:has(input:checked) { border-color: #f37524; box-shadow: 0 0 0 1px #f37524; }
.dl-profile:has(input:focus-visible) { outline: 2px solid #0d6efd; outline-offset: 2px; }
.dl-profile input { margin-top: .3rem; }
.dl-profile strong { display: block; }
.dl-profile small { display: block; opacity: .8; }
</style>"""


@dataclass(frozen=True)
class Choice:
    """One card: the field it sets and the value it sets it to, and what it says."""

    option: str
    value: str
    title: str
    description: str
    sizes: str
    marked: bool


def form_of(choices: list[Choice]) -> str:
    """Returns the HTML of the form's inside; all texts are escaped."""
    if not choices:
        return '<p class="alert alert-warning">No profile is for you: each asks for a group that you are not in.</p>'
    cards = "\n".join(_card(choice) for choice in choices)
    return f'{_STYLE}\n<fieldset class="dl-profiles"><legend>What should your server be?</legend>\n{cards}\n</fieldset>'


def _card(choice: Choice) -> str:
    checked = " checked" if choice.marked else ""
    told = f"<small>{escape(choice.description)}</small>" if choice.description else ""
    return (
        f'<label class="dl-profile"><input type="radio" name="{escape(choice.option)}" value="{escape(choice.value)}" required{checked}>'
        f"<span><strong>{escape(choice.title)}</strong><small>{escape(choice.sizes)}</small>{told}</span></label>"
    )
