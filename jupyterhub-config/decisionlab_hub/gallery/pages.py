# SPDX-License-Identifier: Apache-2.0
"""The pages around published notebooks: lists and forms, without scripts."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timezone
from html import escape
from itertools import islice
from pathlib import Path
from typing import Iterable, Sequence
from urllib.parse import quote

from decisionlab_hub.gallery.store import COPIES, MOST_ENTRIES, MOST_OF_USER, Entry, Gallery

MOST_OFFERED = 300
MOST_LOOKED_AT = 20_000
_DEPTH = 4

_STYLE = """body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 1.5rem auto; padding: 0 1.5rem; color: #1f2328; background: #fff; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid #d0d7de; padding: .3rem .7rem; text-align: left; overflow-wrap: anywhere; }
form { display: inline; } button { font: inherit; padding: .2rem .8rem; } .publish { background: #f4f5f7; padding: .8rem 1rem; border-radius: 6px; margin: 1rem 0; display: block; }
iframe { width: 100%; height: 80vh; border: 1px solid #d0d7de; border-radius: 4px; background: #fff; } .note { color: #59636e; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #111418; } .publish { background: #22272e; } .note { color: #9da7b3; } a { color: #79b8ff; } }"""

POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Offer:
    """Notebooks that can be published, and whether there may be more."""

    paths: list[str]
    cut: bool = False


def listing(base: str, galleries: Sequence[Gallery], user: str, offered: Offer, xsrf: str) -> str:
    """Returns the page of all groups; `xsrf` is the hidden field of forms, all else is text."""
    if not galleries:
        words = "You are in no group that has a folder here, so there is no gallery for you. The facility's administrators make them (<code>shared.group_folders</code>)."
        return _page("Group gallery", f"<h1>Group gallery</h1><p>{words}</p>")
    body = "<h1>Group gallery</h1>" + _publish_form(base, [each.group for each in galleries], offered, xsrf)
    return _page("Group gallery", body + "".join(_group(base, gallery, user, xsrf) for gallery in galleries))


def notebook_page(base: str, group: str, entry: Entry, xsrf: str, *, replaced: bool = False) -> str:
    """Returns the page of one notebook, which itself is in a frame of its own; `replaced` tells that it has just taken another's place."""
    place = f"{base}content/{_address(group, entry)}"
    head = f'<p><a href="{escape(base)}">Group gallery</a> / {escape(group)}</p><h1>{escape(entry.name)}</h1>'
    told = f'<p class="note">Published by {escape(entry.user)} on {_moment(entry)}. Nothing in it runs here. {_form(base, "copy", group, entry, "Open a copy in my home", xsrf)}</p>'
    if replaced:
        told += '<p class="note">It has replaced the notebook of this name that you had published.</p>'
    frame = f'<iframe title="notebook" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" src="{escape(place)}"></iframe>'
    return _page(entry.name, head + told + frame)


def refusal(base: str, message: str) -> str:
    return _page("Group gallery", f'<h1>Not done</h1><p>{escape(message)}</p><p><a href="{escape(base)}">Back to the gallery</a></p>')


def offered_notebooks(home: Path) -> Offer:
    """Returns paths of notebooks in the home, without following links: at most 300, from at most four folders deep, among 20,000 files."""
    found: list[str] = []
    folders, left = [home], MOST_LOOKED_AT
    while folders and left:
        folder = folders.pop(0)
        try:
            with os.scandir(folder) as listed:
                entries = sorted(islice(listed, left), key=lambda each: each.name)
        except OSError:
            continue  # a folder that the user has closed to himself offers nothing
        left -= len(entries)
        for each in entries:
            path = folder / each.name
            if each.name.startswith(".") or path == home / COPIES:
                continue
            if each.is_dir(follow_symlinks=False):
                if len(path.relative_to(home).parts) < _DEPTH:
                    folders.append(path)
            elif path.suffix == ".ipynb" and each.is_file(follow_symlinks=False):
                found.append(str(path.relative_to(home)))
    return Offer(found[:MOST_OFFERED], cut=not left or len(found) > MOST_OFFERED)


def _publish_form(base: str, groups: Iterable[str], offered: Offer, xsrf: str) -> str:
    choices = "".join(f'<option value="{escape(group)}">{escape(group)}</option>' for group in groups)
    paths = "".join(f'<option value="{escape(path)}">{escape(path)}</option>' for path in offered.paths)
    if not paths:
        return '<p class="publish">There is no notebook in your home that you could publish.</p>'
    what = f'<label>Publish <select name="path">{paths}</select></label> <label>for <select name="group">{choices}</select></label> <button>Publish</button>'
    note = '<br><span class="note">As it is saved, with its outputs; all members of the group see it. Publishing it again replaces it.</span>'
    if offered.cut:
        note += '<br><span class="note">Your home has more than is looked through here: not all of its notebooks are in the list. Those nearest to its top are.</span>'
    return f'<form class="publish" method="post" action="{escape(base)}publish">{xsrf}{what}{note}</form>'


def _group(base: str, gallery: Gallery, user: str, xsrf: str) -> str:
    listed = gallery.entries()
    entries, strange = listed.entries, listed.strange
    heading = f"<h2>{escape(gallery.group)}</h2>"
    note = f'<p class="note">{strange} files are not shown: they are no notebooks of who they are said to be by, too large, or open to others.</p>' if strange else ""
    if listed.cut:
        note += f'<p class="note">This list was cut: it has at most {MOST_OF_USER} files of a member and {MOST_ENTRIES:,} of the group.</p>'
    if not entries:
        return f"{heading}<p>Nothing has been published yet.</p>{note}"
    rows = "".join(_row(base, gallery.group, entry, user, xsrf) for entry in entries)
    return f"{heading}<table><thead><tr><th>notebook</th><th>by</th><th>published</th><th>size</th><th></th></tr></thead><tbody>{rows}</tbody></table>{note}"


def _row(base: str, group: str, entry: Entry, user: str, xsrf: str) -> str:
    link = f'<a href="{escape(base)}{_address(group, entry)}">{escape(entry.name)}</a>'
    actions = _form(base, "copy", group, entry, "Open a copy", xsrf)
    if entry.user == user:
        actions += " " + _form(base, "withdraw", group, entry, "Withdraw", xsrf)
    return f"<tr><td>{link}</td><td>{escape(entry.user)}</td><td>{_moment(entry)}</td><td>{max(1, entry.bytes // 1024):,} KiB</td><td>{actions}</td></tr>"


def _form(base: str, action: str, group: str, entry: Entry, words: str, xsrf: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in (("group", group), ("user", entry.user), ("name", entry.name)))
    return f'<form method="post" action="{escape(base)}{action}">{xsrf}{hidden}<button>{escape(words)}</button></form>'


def _address(group: str, entry: Entry) -> str:
    return "/".join(quote(part, safe="") for part in (group, entry.user, entry.name))


def _moment(entry: Entry) -> str:
    try:
        return datetime.fromtimestamp(entry.modified, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return "unknown"  # whoever owns a file gives it any time, also one that no calendar has


def _page(title: str, body: str) -> str:
    return f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>'
