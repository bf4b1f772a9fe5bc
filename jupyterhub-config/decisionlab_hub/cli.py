# SPDX-License-Identifier: Apache-2.0
"""The commands of the script `lab`, argument by argument."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from dataclasses import asdict
from pathlib import Path

from decisionlab_hub import facility_up, follow
from decisionlab_hub.bench import measure_start
from decisionlab_hub.console import EXIT_FAILED, EXIT_NOT_RUNNING, LabError, say
from decisionlab_hub.credentials import PASSWORD
from decisionlab_hub.hub_bench import command as hub_bench
from decisionlab_hub.interrupt import Interrupt, exit_code_of
from decisionlab_hub.java import java_environment, model_tool_command, sidecar_tool_command, tool_command
from decisionlab_hub.lanes import LANES, run_lanes
from decisionlab_hub.layout import FACILITY_VARIABLE, Layout
from decisionlab_hub.lifecycle import Lab
from decisionlab_hub.login import choice
from decisionlab_hub.login.sidecar_rights import asks_for_tokens
from decisionlab_hub.private_sidecar import RUNNING
from decisionlab_hub.services import HUB, SIDECAR, USER
from decisionlab_hub.sidecar_bench import command as sidecar_bench

_JAVA_TOOLS = ("kernel", "sidecar", "model", "simulate", "generate")


def main(arguments: list[str]) -> int:
    """Runs one command and returns its exit code."""
    os.environ.pop("PYTHONPATH", None)  # it was for this process, not for its children
    if os.environ.get(FACILITY_VARIABLE):
        os.environ[FACILITY_VARIABLE] = str(Path(os.environ[FACILITY_VARIABLE]).absolute())  # the hub runs in another folder
    layout = Layout.of(Path(__file__).resolve().parents[2])
    return exit_code_of("lab", lambda interrupt: _carry_out(Lab(layout, interrupt), interrupt, arguments))


def _carry_out(lab: Lab, interrupt: Interrupt, arguments: list[str]) -> int:
    """Carries out one command; what has a parser of its own gets the rest of the line as it is."""
    if arguments and arguments[0] in _JAVA_TOOLS:
        return _java_tool(lab, interrupt, arguments[0], arguments[1:])
    if arguments and arguments[0] == "run":
        return _run(lab, interrupt, arguments[1:])
    if arguments[:2] == ["bench", "kernel"]:
        return _bench_kernel(lab, interrupt, arguments[2:])
    if arguments[:2] == ["bench", "sidecar"]:
        return _bench_sidecar(lab, interrupt, arguments[2:])
    if arguments[:2] == ["bench", "hub"]:
        return _bench_hub(lab, interrupt, arguments[2:])
    options = _parser().parse_args(arguments)
    return options.run(lab, interrupt, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lab", description="Decision Lab on this machine.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="prepare what is missing, start hub and sidecar, print the address")
    up.add_argument("--port", type=_port, help="port of the hub on 127.0.0.1 (default: the last one used, at first 8000)")
    choice.add_options(up)
    up.set_defaults(run=_up)

    restart = commands.add_parser("restart", help="end the hub alone and start it with the settings of now; users' servers and kernels go on")
    restart.add_argument("service", nargs="?", choices=(HUB,), default=HUB, help="what is restarted: the hub, and nothing else")
    choice.add_options(restart)
    restart.set_defaults(run=_restart)

    down = commands.add_parser("down", help="end everything `up` started")
    down.set_defaults(run=_down)

    status = commands.add_parser("status", help=f"say what is running; exit code 0 up, {EXIT_FAILED} partly, {EXIT_NOT_RUNNING} not running")
    status.add_argument("--json", action="store_true", help="as JSON on standard output")
    status.set_defaults(run=_status)

    logs = commands.add_parser("logs", help="print a log")
    logs.add_argument("name", metavar="NAME", help="hub, sidecar, token-broker, iam-sim or one of set-up's")
    logs.add_argument("-f", "--follow", action="store_true", help="go on printing what is added, until Ctrl-C")
    logs.set_defaults(run=_logs)

    doctor = commands.add_parser("doctor", help="say what is there, what is missing and how to mend it")
    doctor.add_argument("--production", action="store_true", help="name every setting that is fit for development only; exit code 0 when there is none")
    doctor.add_argument("--json", action="store_true", help="with --production: as JSON on standard output")
    doctor.set_defaults(run=_doctor)

    test = commands.add_parser("test", help="run the tests")
    _add_test_options(test)

    bench = commands.add_parser("bench", help="measure something, several times")
    names = bench.add_subparsers(dest="name", required=True, metavar="NAME")
    start = names.add_parser("start", help="second start of the lab")
    start.add_argument("--repeat", type=int, default=5, help="how often (default 5)")
    start.set_defaults(run=_bench)
    names.add_parser("kernel", help="the Java kernel beside ipykernel and other Java kernels", add_help=False)
    names.add_parser("sidecar", help="sidecar, models and training beside their peers", add_help=False)
    names.add_parser("hub", help="start, logins, token broker", add_help=False)
    return parser


def _add_test_options(test: argparse.ArgumentParser) -> None:
    names = ", ".join(LANES)
    test.add_argument("lanes", nargs="*", metavar="LANE", help=f"of {names}; all but bare when none is named")
    test.add_argument("--full", action="store_true", help="the full form of the lanes that have a shorter one, and, when no lane is named, also the lane bare")
    test.add_argument("--java-home", type=Path, metavar="DIR", help="the second JDK, for the lane jdk (default: LAB_SECOND_JDK, else one found)")
    test.set_defaults(run=run_lanes)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1024 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected a number from 1024 to 65535")
    return int(text)


def _up(lab: Lab, interrupt: Interrupt, options: argparse.Namespace) -> int:
    return _tell(lab, *lab.up(options.port, choice.asked(options) or _login_of_the_facility(lab)))


def _restart(lab: Lab, interrupt: Interrupt, options: argparse.Namespace) -> int:
    lab.require_hub()
    return _tell(lab, *lab.restart(choice.asked(options) or _login_of_the_facility(lab)))


def _tell(lab: Lab, url: str, new_password: bool) -> int:
    """Says where the lab is and how to log in."""
    login = lab.login()
    print(f"\n  Decision Lab   {url}")
    if login is None:
        print(f"  user           {USER}")
        _print_password(lab.layout.secrets / PASSWORD, new_password)
    elif login.simulated:
        print("  users          ada, bob (eve is in no group that may log in)")
        print(f"  password       in {lab.layout.simulator / 'password'}, the same for all; {login} is for development on this machine")
    else:
        print(f"  log in with    {login}")
    print("\n  ./lab status, ./lab logs hub, ./lab down", flush=True)
    return 0


def _login_of_the_facility(lab: Lab) -> choice.LoginChoice | None:
    """The login that the facility file names, where it is another than that of last time."""
    if not facility_up.may_name_a_login(lab.layout, os.environ):
        return None
    if not lab.layout.python.exists():
        lab.provision.python()
    words = facility_up.asked_words(lab.layout)
    if not words:
        return None
    say(f"  the log-in is that of the facility file: ./lab up {shlex.join(words)}")
    taken = choice.asked(_parser().parse_args(["up", *words]))
    return taken if isinstance(taken, choice.LoginChoice) else None


def _print_password(password: Path, new: bool) -> None:
    if new and sys.stdout.isatty():
        print(f"  password       {password.read_text(encoding='utf-8').strip()}   (shown once; kept in {password})")
    else:
        print(f"  password       in {password}")


def _down(lab: Lab, interrupt: Interrupt, options: argparse.Namespace) -> int:
    count = lab.down()
    say("nothing was running" if count == 0 else f"ended {count} process{'es' if count > 1 else ''}")
    return 0


def _status(lab: Lab, interrupt: Interrupt, options: argparse.Namespace) -> int:
    states = lab.status()
    up = all(state.state == "up" for state in states)
    hub = next(state for state in states if state.name == HUB)
    if options.json:
        print(json.dumps({"up": up, "url": hub.url, "home": str(lab.layout.home), "services": [asdict(state) for state in states]}, indent=2))
    else:
        for state in states:
            place = f"{state.url}  process {state.pid}, since {state.started_at}" if state.pid else (f"see {state.log}" if state.log else "")
            print(f"{state.name:14}{state.state:10}{place}".rstrip())
    if not up:
        say("lab: ./lab up starts what is not running")
    if up:
        return 0
    return EXIT_NOT_RUNNING if all(state.state == "stopped" for state in states) else EXIT_FAILED


def _logs(lab: Lab, interrupt: Interrupt, options: argparse.Namespace) -> int:
    return follow.print_log(lab.layout.logs, options.name, options.follow, interrupt)


def _doctor(lab: Lab, interrupt: Interrupt, options: argparse.Namespace) -> int:
    if options.production:
        return _doctor_production(lab, options)
    for name, ready in lab.provision.report():
        _print_finding("ok" if ready else "not yet", name, "" if ready else "./lab up prepares it")
    for state in lab.status():
        _print_finding("ok" if state.state == "up" else state.state, state.name, state.url or _REMEDIES.get(state.state, "").format(name=state.name))
    return 0


def _doctor_production(lab: Lab, options: argparse.Namespace) -> int:
    """Hands over to the virtual environment's Python, which alone has JupyterHub."""
    if not lab.layout.python.exists():
        raise LabError(f"there is no {lab.layout.python} yet to look at the hub's settings with; run ./lab up first")
    command = [str(lab.layout.python), "-m", "decisionlab_hub.production", *(["--json"] if options.json else [])]
    os.execve(command[0], command, {**os.environ, "PYTHONPATH": str(lab.layout.hub_source)})


_REMEDIES = {"stopped": "./lab up starts it", "died": "./lab logs {name} may say why; ./lab up starts it again"}


def _print_finding(verdict: str, name: str, more: str) -> None:
    """Prints a line in the columns of the script's own findings."""
    print(f"  {verdict:9}{name:26}{more}".rstrip())


def _run(lab: Lab, interrupt: Interrupt, arguments: list[str]) -> int:
    """Hands over to the virtual environment's Python, which alone has the notebook libraries."""
    if {"-h", "--help"}.intersection(arguments):
        lab.provision.python()
    else:
        lab.provision.notebooks()
    environment = {**os.environ, **java_environment(lab.layout), RUNNING: _open_sidecar(lab)}
    command = [str(lab.layout.python), "-m", "decisionlab_hub.run_notebook", *arguments]
    interrupt.check()
    os.execve(command[0], command, environment)


def _open_sidecar(lab: Lab) -> str:
    """Returns the address of the lab's sidecar when it runs and asks for no tokens: nobody is logged in to a notebook without a hub."""
    sidecar = lab.record(SIDECAR)
    return sidecar.url if sidecar and not asks_for_tokens(lab.login()) else ""


def _bench_kernel(lab: Lab, interrupt: Interrupt, arguments: list[str]) -> int:
    """Hands over to the virtual environment's Python, which has jupyter_client and ipykernel."""
    if {"-h", "--help"}.intersection(arguments):
        lab.provision.python()
    else:
        lab.provision.notebooks()
    interrupt.check()
    command = [str(lab.layout.python), "-m", "decisionlab_hub.kernel_bench", *arguments]
    os.execve(command[0], command, {**os.environ, **java_environment(lab.layout)})


def _bench_sidecar(lab: Lab, interrupt: Interrupt, arguments: list[str]) -> int:
    options = sidecar_bench.parse(arguments)
    lab.provision.java()
    return sidecar_bench.run(lab.layout, interrupt, options)


def _bench_hub(lab: Lab, interrupt: Interrupt, arguments: list[str]) -> int:
    """Hands over to the virtual environment's Python, which has what a browser's visit takes."""
    hub_bench.parse(arguments)  # what is wrong with them is told before anything is prepared
    lab.provision.lab()
    lab.provision.test_tools()
    interrupt.check()
    command = [str(lab.layout.python), "-m", "decisionlab_hub.hub_bench", *arguments]
    os.execve(command[0], command, {**os.environ, "PYTHONPATH": str(lab.layout.hub_source)})


def _java_tool(lab: Lab, interrupt: Interrupt, name: str, arguments: list[str]) -> int:
    lab.provision.java()
    interrupt.check()
    commands = {SIDECAR: sidecar_tool_command, "model": model_tool_command}
    command = commands[name](lab.layout, arguments) if name in commands else tool_command(lab.layout, [name, *arguments])
    os.execvpe(command[0], command, {**os.environ, **java_environment(lab.layout)})


def _bench(lab: Lab, interrupt: Interrupt, options: argparse.Namespace) -> int:
    return measure_start(lab, interrupt, options.repeat)
