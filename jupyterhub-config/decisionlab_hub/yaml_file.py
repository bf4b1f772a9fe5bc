# SPDX-License-Identifier: Apache-2.0
"""YAML files that people write: read strictly, checked against a JSON schema, every problem named with its place."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from decisionlab_hub.console import LabError

_SCHEMAS = Path(__file__).resolve().parent / "schemas"


class _Strict(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping, of which YAML would take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load(path: Path, what: str) -> Any:
    """Reads a YAML file; raises LabError naming file, line and column when it cannot be read. An empty file is an empty mapping."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Strict) or {}  # noqa: S506 - a safe loader
    except FileNotFoundError as absent:
        raise LabError(f"the {what} {path} is not there") from absent
    except (OSError, UnicodeDecodeError) as unreadable:
        raise LabError(f"the {what} {path} cannot be read: {unreadable}") from unreadable
    except yaml.YAMLError as wrong:
        raise LabError(f"the {what} {path} is no YAML: {wrong}") from wrong


def problems_of(document: Any, schema: str) -> list[str]:
    """Returns what the document has that the schema does not allow: the place, what is there and what was expected."""
    rules = json.loads((_SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))
    errors = sorted(Draft202012Validator(rules).iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path])
    return [problem for error in errors for problem in _words(error, rules)]


def refuse(path: Path, what: str, problems: list[str]) -> None:
    """Raises LabError with all problems when there are any."""
    if problems:
        raise LabError(f"the {what} {path} is not usable:\n  " + "\n  ".join(dict.fromkeys(problems)))


def _words(error: ValidationError, rules: dict[str, Any]) -> list[str]:
    place = _place(error)
    expected = error.schema.get("description", error.message) if isinstance(error.schema, dict) else error.message
    if error.validator == "additionalProperties" and isinstance(error.schema, dict) and "properties" in error.schema:
        return [_unknown(place, name, list(error.schema["properties"])) for name in error.instance if name not in error.schema["properties"]]
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return [f"{_below(place, name)} is missing; expected {_described(error.schema, name, rules)}" for name in missing]
    if isinstance(error.instance, (dict, list)) and error.validator != "type":
        return [f"{place}: expected {expected}"]
    return [f"{place} is {_shown(error.instance)}; expected {expected}"]


def _described(schema: Any, name: str, rules: dict[str, Any]) -> str:
    rule = schema["properties"][name]
    return rule.get("description") or rules["$defs"][rule["$ref"].rpartition("/")[2]]["description"]


def _unknown(place: str, name: Any, known: list[str]) -> str:
    near = difflib.get_close_matches(str(name), known, 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"{_below(place, str(name))}: there is no such setting{hint}; expected one of {', '.join(known)}"


def _place(error: ValidationError) -> str:
    place = ""
    for part in error.absolute_path:
        place = f"{place}[{part}]" if isinstance(part, int) else _below(place, str(part))
    return place or "the file"


def _below(place: str, name: str) -> str:
    return name if place in ("", "the file") else f"{place}.{name}"


def _shown(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 80 else shown[:77] + "..."
