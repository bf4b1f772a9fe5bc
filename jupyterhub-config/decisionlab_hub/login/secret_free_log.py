# SPDX-License-Identifier: Apache-2.0
"""Log lines of the hub without tokens, cookies, codes and secrets."""

from __future__ import annotations

import logging
import re

from jupyterhub.log import CoroutineLogFormatter

_ENCODED_JSON = re.compile(r"eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9_.=-]*")
_HEADER = re.compile(r"(?im)(\b(?:proxy-)?authorization\b|\bset-cookie\b|\bcookie\b|\bx-xsrftoken\b)([\"']?\s*[:=]\s*)(?:\"[^\"\n]*\"?|'[^'\n]*'?|[^\n\"']+)")
_NAMED = re.compile(
    r"(?i)(?<![a-z])((?:access|refresh|id|subject|actor|api|auth|device|csrf)[_-]?token|token|client[_-]?secret|secret|password|passwd"
    r"|code[_-]?verifier|code[_-]?challenge|user[_-]?code|code|state|session[_-]?state|nonce|_xsrf|_csrf"
    r"|(?<![0-9-])jupyterhub-[a-z0-9-]++|oauthenticator-[a-z]++)([\"']?\s*=\s*[\"']?|[\"']\s*:\s*[\"'])(?!\[secret\])([^\s\"'&;,<>\]})]{6,})"
)
_SCHEME = re.compile(r"(?i)\b(bearer|basic|token)\s+[A-Za-z0-9_~+/=.-]{16,}")
_OPAQUE = re.compile(r"(?<![A-Za-z0-9_~+=/.-])(?=[A-Za-z0-9_~+=-]*[0-9])(?=[A-Za-z0-9_~+=-]*[A-Za-z])[A-Za-z0-9_~+=-]{32,}(?![A-Za-z0-9_~+=-])")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_GONE = "[secret]"


def without_secrets(text: str) -> str:
    """Takes out of a text what is a secret by its form, its name or its length.

    Whoever asks for a page chooses what stands in a line, and the hub waits for this: the time grows with the text's length and no faster.
    """
    text = _ENCODED_JSON.sub(_GONE, text)
    text = _HEADER.sub(rf"\1\2{_GONE}", text)
    text = _SCHEME.sub(rf"\1 {_GONE}", text)
    text = _NAMED.sub(rf"\1\2{_GONE}", text)
    return _OPAQUE.sub(lambda found: found[0] if _UUID.fullmatch(found[0]) else _GONE, text)


class SecretFreeFormatter(CoroutineLogFormatter):
    """JupyterHub's lines, tracebacks included, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def keep_secrets_out_of_loggers_without_handler() -> None:
    """Gives the formatter to Python's handler of last resort, which prints what no other handler takes."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(SecretFreeFormatter(fmt="%(levelname)s %(name)s: %(message)s", color=False))
