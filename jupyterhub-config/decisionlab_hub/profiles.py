# SPDX-License-Identifier: Apache-2.0
"""What users choose from when they start a server: the profiles file, and the check that each may have what he asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from http.client import responses
from pathlib import Path
from typing import Any, Iterable, Mapping

from tornado.web import HTTPError

from decisionlab_hub.facility import same_group
from decisionlab_hub.profile_form import Choice, form_of
from decisionlab_hub.yaml_file import load, problems_of, refuse

OPTION = "profile"
"""The one option of a server: the name of its profile."""

JVM_OPTIONS = "JDK_JAVA_OPTIONS"
"""Read by every JVM of JDK 9 or later before its command line."""

_RESERVED = ("DECISIONLAB_", "JUPYTER")
_MIB = {"M": 1, "G": 1024}
_TRAINING_THREADS = 2
_SPARK_HEAP = 470
"""MiB; Spark refuses to start where a JVM has less than 471,859,200 bytes, and some collectors count a part of -Xmx away."""


@dataclass(frozen=True)
class Profile:
    """One choice. `memory` is in MiB and for the whole server; `heap_percent` of it is the heap of each Java kernel."""

    name: str
    title: str
    memory: int
    cpu: float
    description: str = ""
    heap_percent: int = 50
    gpus: int = 0
    kernel: str = "decisionlab"
    image: str | None = None
    default: bool = False
    groups: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def heap(self) -> int:
        """MiB of the heap of a Java kernel."""
        return max(64, self.memory * self.heap_percent // 100)

    def allows(self, groups: Iterable[str]) -> bool:
        """Tells whether a member of these groups may have it; a profile that names no group is everybody's."""
        return not self.groups or any(same_group(wanted, group) for wanted in self.groups for group in groups)

    def variables(self, base: Mapping[str, Any], jvm_options: Iterable[str] = ()) -> dict[str, Any]:
        """Returns the environment of a server: the base, the sizes in the form that JVM and OpenMP read, and the profile's own."""
        own = dict(self.environment)
        processors = f"-XX:ActiveProcessorCount={max(1, math.ceil(self.cpu))}"
        options = [f"-Xmx{self.heap}m", processors, *jvm_options, own.pop(JVM_OPTIONS, "")]
        threads = str(min(_TRAINING_THREADS, max(1, int(self.cpu))))
        hidden = {} if self.gpus else {"CUDA_VISIBLE_DEVICES": ""}
        return {**base, "OMP_NUM_THREADS": threads, **hidden, JVM_OPTIONS: " ".join(filter(None, options)), **own}


@dataclass(frozen=True)
class ProfileBook:
    """The profiles of a hub, in the order of their file."""

    profiles: tuple[Profile, ...]

    @staticmethod
    def read(path: Path) -> ProfileBook:
        """Reads a profiles file; raises LabError that names all problems."""
        document = load(path, "profiles file")
        problems = problems_of(document, "profiles")
        refuse(path, "profiles file", problems)
        refuse(path, "profiles file", _contradictions(document["profiles"]))
        return ProfileBook(tuple(_profile(entry) for entry in document["profiles"]))

    def notes(self) -> list[str]:
        """Lines for the log: what a profile cannot do, though it looks as if it could."""
        small = [profile for profile in self.profiles if profile.heap < _SPARK_HEAP and profile.kernel == "decisionlab"]
        return [
            f"the profile {profile.name} gives a Java kernel a heap of {profile.heap} MiB; Spark in it needs about {_SPARK_HEAP} MiB: more memory, or a larger heap_percent"
            for profile in small
        ]

    def permitted(self, groups: Iterable[str]) -> list[Profile]:
        """Returns what a member of these groups may have."""
        held = list(groups)
        return [profile for profile in self.profiles if profile.allows(held)]

    def options_of(self, form: Mapping[str, list[Any]]) -> dict[str, str]:
        """Returns the options that a form's fields mean; refuses any field but the profile's."""
        fields = {name: values for name, values in form.items() if name != "_xsrf"}
        unknown = sorted(set(fields) - {OPTION})
        if unknown:
            raise refusal(400, f"the form has the field {unknown[0]!r}; expected only {OPTION!r}")
        values = fields.get(OPTION, [])
        if len(values) > 1 or not all(isinstance(value, str) for value in values):
            raise refusal(400, f"the form has {len(values)} values of {OPTION!r}; expected one name")
        return {OPTION: values[0]} if values else {}

    def choose(self, groups: Iterable[str], options: Mapping[str, Any]) -> Profile:
        """Returns the profile that the options name, or the user's default; refuses one he may not have, with words."""
        held = sorted(groups)
        permitted = self.permitted(held)
        names = ", ".join(profile.name for profile in permitted) or "none"
        unknown = sorted(str(name) for name in set(options) - {OPTION})
        if unknown:
            raise refusal(400, f"a server has no option {unknown[0]!r}; expected only {OPTION!r}")
        wanted = options.get(OPTION)
        if wanted is None:
            if not permitted:
                raise refusal(403, f"no profile is for you: each asks for a group, and you are in {_listed(held)}. Ask the facility's administrators")
            return next((profile for profile in permitted if profile.default), permitted[0])
        found = next((profile for profile in self.profiles if profile.name == wanted), None)
        if found is None:
            raise refusal(400, f"there is no profile {str(wanted)[:60]!r}; you may choose: {names}")
        if found not in permitted:
            asked = f"the group {found.groups[0]}" if len(found.groups) == 1 else f"one of the groups {', '.join(found.groups)}"
            raise refusal(403, f"the profile {found.name} is for members of {asked}; you are in {_listed(held)}. You may choose: {names}")
        return found

    def form(self, groups: Iterable[str], last: str | None) -> str:
        """Returns the page's part in which a user chooses; what he had last, else his default, is marked."""
        permitted = self.permitted(groups)
        marked = next((profile for profile in permitted if profile.name == last), None)
        marked = marked or next((profile for profile in permitted if profile.default), permitted[0] if permitted else None)
        return form_of([Choice(OPTION, profile.name, profile.title, profile.description, _sizes(profile), profile is marked) for profile in permitted])


def refusal(status: int, words: str) -> HTTPError:
    """Returns an error that the hub's pages and its API show in these words."""
    error = HTTPError(status, words, reason=responses[status])
    error.jupyterhub_message = words  # type: ignore[attr-defined] - what the hub's pages look for
    return error


def _profile(entry: Mapping[str, Any]) -> Profile:
    size = entry["memory"]
    plain = {name: value for name, value in entry.items() if name not in ("memory", "groups")}
    return Profile(**plain, memory=int(size[:-1]) * _MIB[size[-1]], groups=tuple(entry.get("groups", ())))


def _contradictions(entries: list[Mapping[str, Any]]) -> list[str]:
    """What fits the schema piece by piece and does not fit together."""
    problems = []
    names = [entry["name"] for entry in entries]
    for at, entry in enumerate(entries):
        if names.index(entry["name"]) != at:
            problems.append(f"profiles[{at}].name is {entry['name']!r}, as that of profiles[{names.index(entry['name'])}]; expected another")
        for variable in entry.get("environment", {}):
            if variable.startswith(_RESERVED):
                problems.append(f"profiles[{at}].environment.{variable}: expected a name that does not begin with {' or '.join(_RESERVED)}")
    defaults = [entry["name"] for entry in entries if entry.get("default")]
    if len(defaults) > 1:
        problems.append(f"profiles: {' and '.join(defaults)} are both the default; expected one")
    return problems


def _listed(groups: list[str]) -> str:
    return ", ".join(groups) if groups else "no group"


def _sizes(profile: Profile) -> str:
    memory = f"{profile.memory // 1024} GiB" if profile.memory % 1024 == 0 else f"{profile.memory} MiB"
    cores = f"{profile.cpu:g} core{'' if profile.cpu == 1 else 's'}"
    gpus = f", {profile.gpus} GPU{'' if profile.gpus == 1 else 's'}" if profile.gpus else ""
    return f"{memory}, {cores}{gpus}"
