# SPDX-License-Identifier: Apache-2.0
"""The facility file, the profiles file and what the hub's configuration becomes with them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyterhub.app import JupyterHub
from jupyterhub.spawner import SimpleLocalProcessSpawner, Spawner
from tornado.web import HTTPError
from traitlets.config.loader import PyFileConfigLoader

from conftest import CHECKOUT
from decisionlab_hub.banner import Banner
from decisionlab_hub.console import LabError
from decisionlab_hub.credentials import ensure_secrets
from decisionlab_hub.culling import SCOPES
from decisionlab_hub.facility import Facility, seconds
from decisionlab_hub.gallery.same_server import gallery_of_the_same_server
from decisionlab_hub.login.password import PasswordAuthenticator
from decisionlab_hub.profiles import ProfileBook
from decisionlab_hub.shared_folders import folders_of, prepare
from decisionlab_hub.user_home import HomePlan, lay_out

HUB = CHECKOUT / "jupyterhub-config"
SHIPPED = HUB / "profiles.yaml"
OIDC = "login: {issuer: 'https://iam.example.org/', client_id: lab, allowed_groups: [/cms]}\n"


def facility(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Facility:
    path = tmp_path / "facility.yaml"
    path.write_text(text)
    return Facility.read(path, environ or {})


def refused(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(LabError) as problem:
        facility(tmp_path, text, environ)
    return str(problem.value)


def test_without_a_file_nothing_is_of_a_facility(tmp_path):
    assert not Facility.find(tmp_path, {}).given
    assert not Facility.find(tmp_path, {"S3_ENDPOINT": "https://s3.example.org"}).given


def test_an_empty_file_has_safe_defaults(tmp_path):
    found = facility(tmp_path, "")
    assert found.given and found.named_servers == 3 and found.culling.enabled
    assert (found.culling.idle, found.culling.every, found.culling.maximum_age) == (3600, 300, 604800)
    assert not found.login.allowed_users and not found.login.allowed_groups and not found.login.admin_groups


def test_all_problems_are_named_together_with_place_and_expectation(tmp_path):
    text = """
login: {issuer: 'http://iam.example.org', allowed_groups: [1], allowed_users: [Ada]}
culling: {idel: 3h, every: soon}
named_servers: 99
spawner: {kind: mesos}
shared: {}
"""
    told = refused(tmp_path, text)
    for expected in (
        "login.issuer is \"http://iam.example.org\"; expected an address https://HOST/...",
        "login.allowed_groups[0] is 1; expected a group's name",
        'login.allowed_users[0] is "Ada"; expected a user name in small letters',
        "culling.idel: there is no such setting (did you mean idle?)",
        'culling.every is "soon"; expected a duration such as 90s',
        "named_servers is 99; expected a number from 0 (none) to 20",
        'spawner.kind is "mesos"; expected process, local, docker or kubernetes',
        "shared.folder is missing; expected a path",
    ):
        assert expected in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("login: {allowed_groups: [/cms]}", "login.allowed_groups: expected login.issuer beside it"),
        ("login: {issuer: 'https://x.org', client_id: a}", "else nobody may log in"),
        ("login: {issuer: 'https://x.org', allowed_users: [ada]}", "login.client_id is missing"),
        (OIDC + "groups: {cms: [ada]}", "groups: expected none beside login.issuer"),
        ("culling: {idle: 5m, every: 10m}", "culling.every is 600s; expected at most culling.idle, which is 300s"),
        ("culling: {idle: 2h, maximum_age: 1h}", "culling.maximum_age is 3600s; expected more than"),
        ("culling: {idle: 2s, every: 1s}", "culling.idle is 2s; expected at least 10s"),
        ("spawner: {kind: docker}", "spawner.image is missing"),
        ("spawner: {kind: kubernetes, image: x}", "spawner.hub_address is missing"),
        (OIDC.replace("allowed_groups: [/cms]", "owner: f00"), "login.owner alone opens the hub to nobody else"),
        (OIDC.replace("allowed_groups: [/cms]", "admin_users: [ada, bob]") + "accounts: {ada: '1'}\n", "administrate the hub; expected accounts.bob beside it"),
        (OIDC.replace("allowed_groups: [/cms]", "admin_users: [ada.l]"), "login.admin_users has 'ada.l', which no account of login.issuer gets"),
        (OIDC + "accounts: {ada: '1', bob: '1'}", "accounts.bob has a subject that another name has too"),
        (OIDC + "accounts: {ada.l: '1'}", "accounts.ada.l: no account of a provider gets this name"),
        (OIDC + "accounts: {ada: 1}", "accounts.ada is 1; expected a subject (claim sub) in quotes"),
        ("audiences: {sidecar: 'https://x.org'}", "audiences.sidecar: expected login.issuer beside it"),
        ("login: {allowed_users: [team]}\ncollaborations: {team: cms}", "login.allowed_users has 'team', which is an account of a collaboration"),
        ("groups: {cms: [ada]}\ncollaborations: {team: atlas}", "collaborations.team is atlas, which groups has not; expected one of cms"),
        ("collaborations: {Team: cms}", "Team"),
        ("public_url: https://a.example.org/\nsubdomain_host: https://b.example.org", "expected the same host"),
        ("subdomain_host: http://a.example.org", "subdomain_host is \"http://a.example.org\"; expected an address https://HOST without a path"),
        ("spawner: {kind: docker, image: x, hub_address: h, hub_listens: '1.2.3'}", "spawner.hub_listens is 1.2.3; expected a number of this machine"),
        ("login: {device_client_id: cli}", "login.device_client_id: expected login.issuer beside it"),
        ("sidecar: {url: 'http://sidecar.example.org'}", "sidecar.url is \"http://sidecar.example.org\"; expected an address https://HOST/..., or http:// on loopback"),
        ("shared: {folder: s, group_folders: [/gallery]}", "shared.group_folders has 'gallery', which is the folder of the lab's notebooks"),
        ("spawner: {kind: process, accounts_group: lab}", "spawner.accounts_group: expected kind local beside it"),
        ("named_servers: 1\nnamed_servers: 2", "the key 'named_servers' stands twice"),
        ("- a", "expected a mapping of settings"),
        ("a: [", "is no YAML"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path, text, expected):
    assert expected in refused(tmp_path, text)


def test_a_named_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(LabError, match="is not there"):
        Facility.find(tmp_path, {"LAB_FACILITY": str(tmp_path / "none.yaml")})


def test_a_relative_name_of_the_file_is_taken_from_where_the_lab_is_started(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "lab.yaml").write_text("named_servers: 7\nbanner_file: b.txt\n")
    (tmp_path / "facility.yaml").write_text("named_servers: 1\n")
    monkeypatch.chdir(tmp_path)
    found = Facility.find(tmp_path, {"LAB_FACILITY": "site/lab.yaml"})
    assert found.named_servers == 7 and found.banner_file == tmp_path / "site" / "b.txt"
    monkeypatch.chdir(tmp_path / "site")
    assert Facility.find(tmp_path, {"LAB_FACILITY": "lab.yaml"}).named_servers == 7
    with pytest.raises(LabError, match="is not there"):
        Facility.find(tmp_path, {"LAB_FACILITY": "site/lab.yaml"})
    assert Facility.find(tmp_path, {}).named_servers == 1


def test_paths_are_relative_to_the_file_and_durations_are_read(tmp_path):
    found = facility(tmp_path, OIDC.replace("client_id", "client_secret_file: s, client_id") + "banner_file: b.txt\nculling: {idle: 90s, every: 30s, maximum_age: 2d}")
    assert found.login.client_secret_file == tmp_path / "s" and found.banner_file == tmp_path / "b.txt"
    assert found.culling.maximum_age == 2 * 86400
    assert [seconds(text) for text in ("90s", "30m", "8h", "7d")] == [90, 1800, 28800, 604800]


def test_the_names_of_dodas_are_taken_and_told(tmp_path):
    environ = {
        "OAUTH_ENDPOINT": "https://iam.example.org/", "OAUTH_GROUPS": "/cms /atlas", "ADMIN_OAUTH_GROUPS": "/ops", "OAUTH_SUB": "f00",
        "OAUTH_CALLBACK_URL": "https://hub.example.org/hub/oauth_callback", "IAM_CLIENT_ID": "lab", "JUPYTER_RAM_LIST": "1,2",
    }  # fmt: skip
    found = Facility.read(None, environ)
    assert found.given and found.login.issuer == "https://iam.example.org/" and found.login.client_id == "lab"
    assert found.login.allowed_groups == {"/cms", "/atlas"} and found.login.admin_groups == {"/ops"} and found.login.owner == "f00"
    assert [name for name in environ if not any(name in note for note in found.notes)] == []
    assert any("JUPYTER_RAM_LIST" in note and "not used" in note for note in found.notes)


def test_a_clients_secret_in_the_environment_is_refused_with_what_mends_it(tmp_path):
    environ = {"IAM_CLIENT_SECRET": "a-secret-of-dodas"}
    told = refused(tmp_path, OIDC, environ)
    assert "login.client_secret_file is missing" in told and "printenv IAM_CLIENT_SECRET > client-secret" in told and "a-secret" not in told
    found = facility(tmp_path, OIDC.replace("client_id", "client_secret_file: s, client_id"), environ)
    assert "a-secret" not in repr(found) and any("IAM_CLIENT_SECRET is set and not used" in note for note in found.notes)


@pytest.mark.parametrize("name", ["OAUTH_SUB", "OAUTH_GROUPS", "OAUTH_CALLBACK_URL", "ADMIN_OAUTH_GROUPS", "IAM_CLIENT_ID", "IAM_CLIENT_SECRET"])
def test_a_variable_of_dodas_without_a_provider_stops_nothing_and_is_told(tmp_path, name):
    alone = Facility.find(tmp_path, {name: "x"})
    assert not alone.given and any(f"{name} is set" in note and "not used" in note for note in alone.notes)
    beside = facility(tmp_path, "named_servers: 1", {name: "x"})
    assert beside.login.issuer is None and any(name in note for note in beside.notes)


def test_what_variables_of_dodas_make_contradict_names_them(tmp_path):
    assert "(from OAUTH_ENDPOINT)" in refused(tmp_path, "login: {client_id: a, allowed_users: [ada]}\ngroups: {cms: [ada]}", {"OAUTH_ENDPOINT": "https://x.org"})


def test_the_file_holds_against_the_names_of_dodas(tmp_path):
    found = facility(tmp_path, OIDC, {"OAUTH_GROUPS": "/everybody"})
    assert found.login.allowed_groups == {"/cms"}
    assert any("OAUTH_GROUPS is set and not used" in note for note in found.notes)


def test_a_wrong_value_of_dodas_is_named_with_its_variable(tmp_path):
    assert "(from OAUTH_ENDPOINT)" in refused(tmp_path, "", {"OAUTH_ENDPOINT": "iam"})


def test_the_shipped_profiles_are_those_that_are_promised():
    book = ProfileBook.read(SHIPPED)
    assert [profile.name for profile in book.profiles] == ["java-small", "java-spark", "java-gpu", "python"]
    assert book.choose([], {}).name == "java-small"
    assert [profile.name for profile in book.permitted([])] == ["java-small", "java-spark", "python"]
    assert [profile.name for profile in book.permitted(["/gpu"])] == ["java-small", "java-spark", "java-gpu", "python"]


def test_a_heap_too_small_for_spark_is_told(tmp_path):
    assert ProfileBook.read(SHIPPED).notes() == []
    path = tmp_path / "profiles.yaml"
    path.write_text("profiles:\n  - {name: a, title: a, memory: 900M, cpu: 1}\n  - {name: b, title: b, memory: 940M, cpu: 1}\n  - {name: c, title: c, memory: 100M, cpu: 1, kernel: python3}\n")
    (note,) = ProfileBook.read(path).notes()
    assert "the profile a gives a Java kernel a heap of 450 MiB; Spark in it needs about 470 MiB" in note


def test_all_problems_of_a_profiles_file_are_named(tmp_path):
    path = tmp_path / "profiles.yaml"
    path.write_text("profiles:\n  - {name: Big, title: x, memory: 4 GB, cpu: none}\n  - {name: a, title: a, memory: 1G}\n")
    with pytest.raises(LabError) as problem:
        ProfileBook.read(path)
    for expected in ('profiles[0].name is "Big"', 'profiles[0].memory is "4 GB"; expected a size such as', 'profiles[0].cpu is "none"', "profiles[1].cpu is missing"):
        assert expected in str(problem.value)
    path.write_text(
        "profiles:\n  - {name: a, title: a, memory: 1G, cpu: 1, default: true}\n"
        "  - {name: a, title: a, memory: 1G, cpu: 1, default: true, environment: {JUPYTERHUB_API_TOKEN: x}}\n"
    )
    with pytest.raises(LabError) as problem:
        ProfileBook.read(path)
    for expected in ("profiles[1].name is 'a', as that of profiles[0]", "are both the default", "profiles[1].environment.JUPYTERHUB_API_TOKEN"):
        assert expected in str(problem.value)


@pytest.mark.parametrize(
    ("groups", "options", "status", "words"),
    [
        (["cms"], {"profile": "java-gpu"}, 403, "java-gpu is for members of the group gpu; you are in cms"),
        ([], {"profile": "java-gpu"}, 403, "you are in no group"),
        (["gpus"], {"profile": "java-gpu"}, 403, "java-gpu"),
        ([], {"profile": "huge"}, 400, "there is no profile 'huge'"),
        ([], {"profile": ["java-small"]}, 400, "there is no profile"),
        ([], {"profile": "java-small", "image": "evil"}, 400, "no option 'image'"),
        ([], {"mem_limit": "1T"}, 400, "no option 'mem_limit'"),
    ],
)
def test_what_a_user_may_not_have_is_refused_with_words(groups, options, status, words):
    with pytest.raises(HTTPError) as answer:
        ProfileBook.read(SHIPPED).choose(groups, options)
    assert answer.value.status_code == status and words in answer.value.jupyterhub_message


@pytest.mark.parametrize("form", [{"profile": ["a", "b"]}, {"image": ["x"]}, {"profile_file": [object()]}])
def test_a_form_with_other_fields_is_refused(form):
    with pytest.raises(HTTPError):
        ProfileBook.read(SHIPPED).options_of(form)


def test_the_form_shows_what_one_may_have_and_escapes_its_texts(tmp_path):
    path = tmp_path / "profiles.yaml"
    path.write_text("profiles:\n  - {name: a, title: '<b>A</b>', memory: 1G, cpu: 1}\n  - {name: b, title: B, memory: 1500M, cpu: 0.5, groups: [x]}\n")
    book = ProfileBook.read(path)
    shown = book.form([], None)
    assert "<b>" not in shown and "&lt;b&gt;A" in shown and 'value="b"' not in shown
    assert 'value="b" required checked' in book.form(["x"], "b") and "1500 MiB, 0.5 cores" in book.form(["x"], "b")
    assert 'value="a" required checked' in book.form(["x"], "gone")


def test_sizes_reach_the_jvm_and_openmp():
    small = next(profile for profile in ProfileBook.read(SHIPPED).profiles if profile.name == "java-spark")
    variables = small.variables({"A": "1", "OMP_NUM_THREADS": "2"}, ["-Dx=1"])
    assert variables["JDK_JAVA_OPTIONS"] == "-Xmx4915m -XX:ActiveProcessorCount=4 -Dx=1"
    assert variables["OMP_NUM_THREADS"] == "2" and variables["A"] == "1" and variables["CUDA_VISIBLE_DEVICES"] == ""


def test_the_banner_is_read_anew_and_is_text(tmp_path):
    banner = Banner(tmp_path / "banner.txt")
    assert not banner
    (tmp_path / "banner.txt").write_text("Down on <Monday>\nfor an hour")
    assert banner and str(banner) == "Down on &lt;Monday&gt;<br>for an hour"


def test_the_shared_folder_is_read_only_and_group_folders_keep_their_group(tmp_path):
    notebooks = tmp_path / "notebooks"
    (notebooks / "data").mkdir(parents=True)
    (notebooks / "a.ipynb").write_text("1")
    (notebooks / "data" / "b.csv").write_text("2")
    shared = facility(tmp_path, "shared: {folder: s, group_folders: [/cms]}").shared
    assert shared is not None
    for text in ("1", "3"):
        (notebooks / "a.ipynb").write_text(text)
        prepare(shared, notebooks, unix_groups=False)
        assert (shared.folder / "gallery" / "a.ipynb").read_text() == text
    assert stat.S_IMODE((shared.folder / "gallery" / "data" / "b.csv").stat().st_mode) == 0o444
    assert stat.S_IMODE((shared.folder / "gallery").stat().st_mode) == 0o555
    assert sorted(path.name for path in shared.folder.iterdir()) == ["gallery", "groups"]
    group = shared.folder / "groups" / "cms"
    assert stat.S_IMODE(group.stat().st_mode) == 0o3770
    before = os.umask(0o077)
    try:
        (group / "file").write_text("x")
        (group / "folder").mkdir()
    finally:
        os.umask(before)
    assert stat.S_IMODE((group / "file").stat().st_mode) == 0o660, "the default access list holds against the umask"
    assert stat.S_IMODE((group / "folder").stat().st_mode) == 0o2770
    assert set(folders_of(shared, [])) == {"gallery"} and set(folders_of(shared, ["cms"])) == {"gallery", "cms"}


def test_a_home_shows_the_folders_of_ones_groups_and_keeps_what_is_ones_own(tmp_path):
    (tmp_path / "notebooks").mkdir()
    below, home = tmp_path / "s", tmp_path / "home"
    plan = {"home": str(home), "notebooks": str(tmp_path / "notebooks"), "below": str(below)}
    lay_out(HomePlan(**plan, folders={"gallery": str(below / "gallery"), "cms": str(below / "groups" / "cms")}))
    assert sorted(path.name for path in (home / "shared").iterdir()) == ["cms", "gallery"]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    (home / "shared" / "mine").symlink_to("/elsewhere")
    lay_out(HomePlan(**plan, folders={"gallery": str(below / "gallery")}))
    assert sorted(path.name for path in (home / "shared").iterdir()) == ["gallery", "mine"]
    (home / "shared" / "gallery").unlink()
    (home / "shared" / "gallery").write_text("my own")
    (told,) = lay_out(HomePlan(**plan, folders={"gallery": str(below / "gallery")}))
    assert "is yours" in told and (home / "shared" / "gallery").read_text() == "my own"


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Loads the hub's configuration file with this facility file, as JupyterHub does it."""
    home = tmp_path / "home"
    ensure_secrets(home / "secrets")
    variables = {
        "CHECKOUT": str(CHECKOUT), "HOME": str(home), "TOOLS": str(tmp_path / "tools"), "HUB_PORT": "18000", "HUB_API_PORT": "18081",
        "PROXY_API_PORT": "18001", "PROXY_METRICS_PORT": "18002", "METRICS_PORT": "18084", "NODE": "/somewhere/node",
        "USERS": "physicist", "SIDECAR_URL": "http://127.0.0.1:18083", "RUN": "mark",
    }  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(f"DECISIONLAB_{name}", value)

    def load(text: str):
        (home / "facility.yaml").write_text(text)
        return PyFileConfigLoader("jupyterhub_config.py", path=str(HUB)).load_config()

    return load


def test_the_hubs_configuration_has_what_the_file_says_and_only_valid_values(configured):
    config = configured("spawner: {kind: process}\nlogin: {allowed_users: [ada], admin_users: [bob]}\ngroups: {cms: [ada]}\npublic_url: https://hub.example.org/\n")
    assert config.Authenticator.allowed_users == {"physicist", "ada", "bob"} and config.PasswordAuthenticator.administrators == {"bob"} and config.JupyterHub.authenticator_class is PasswordAuthenticator
    assert len(config.SharedPasswordAuthenticator.admin_password) == 32 and config.SharedPasswordAuthenticator.admin_password != config.SharedPasswordAuthenticator.user_password
    assert config.JupyterHub.allow_named_servers and config.JupyterHub.named_server_limit_per_user == 3
    service = next(each for each in config.JupyterHub.services if each["name"] == "idle-culler")
    role = next(each for each in config.JupyterHub.load_roles if each["name"] == "idle-culler")
    assert role["scopes"] == SCOPES == ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    assert "admin" not in service and role["services"] == [service["name"]]
    assert service["command"][1:] == ["-m", "jupyterhub_idle_culler", "--timeout=3600", "--cull-every=300", "--max-age=604800"]
    for section, cls in {"JupyterHub": JupyterHub, "Spawner": Spawner, "SimpleLocalProcessSpawner": SimpleLocalProcessSpawner}.items():
        for option, value in config[section].items():
            trait = cls.class_traits(config=True).get(option)
            assert trait is not None, f"{section}.{option} is no option"
            trait._validate(cls(), value)


@pytest.mark.parametrize(("culling", "kernel", "alone"), [("idle: 1h", 14400, 28800), ("idle: 1d", 86400, 172800), ("enabled: false", 0, 0)])
def test_a_server_ends_no_kernel_and_not_itself_before_the_hub_would(configured, culling, kernel, alone):
    config = configured(f"spawner: {{kind: process}}\nculling: {{{culling}}}\n")
    spawner = Spawner()
    spawner.user = SimpleNamespace(name="ada", groups=[])
    config.Spawner.apply_user_options(spawner, {})
    assert {f"--MappingKernelManager.cull_idle_timeout={kernel}", f"--ServerApp.shutdown_no_activity_timeout={alone}"} <= set(spawner.args)


def test_metrics_have_rights_of_their_own_and_only_where_they_are_wanted(configured, tmp_path):
    config = configured("spawner: {kind: process}\nculling: {enabled: false}\n")
    service, prometheus = config.JupyterHub.services
    secrets = {path.read_text().strip() for path in (tmp_path / "home" / "secrets").iterdir()}
    assert service["command"][1:] == ["-m", "decisionlab_hub.metrics.service"] and not secrets & set(" ".join([*service["command"], *service["environment"].values()]).split())
    assert not [secret for secret in secrets if secret in json.dumps(service["environment"])]
    assert prometheus["api_token"] == (tmp_path / "home" / "secrets" / "metrics-token").read_text().strip()
    assert "admin" not in service and "admin" not in prometheus
    scopes = {name: role["scopes"] for role in config.JupyterHub.load_roles for name in role["services"]}
    assert scopes == {"metrics": ["read:metrics"], "prometheus": ["access:services!service=metrics"]}
    assert "--metrics-ip=127.0.0.1" in config.ConfigurableHTTPProxy.command
    without = configured("spawner: {kind: process}\nculling: {enabled: false}\nmetrics: false\n")
    assert "services" not in without.JupyterHub and not [word for word in without.ConfigurableHTTPProxy.command if word.startswith("--metrics")]


def test_galleries_are_told_to_servers_where_there_are_group_folders(configured, tmp_path):
    config = configured("spawner: {kind: process}\nshared: {folder: s, group_folders: [cms]}\ngit_links: [git.example.org, github.com/cms]\n")
    told = config.Spawner.environment
    assert told["DECISIONLAB_GROUP_FOLDERS"] == str(tmp_path / "home" / "s" / "groups") and told["DECISIONLAB_GIT_PLACES"] == "git.example.org github.com/cms"
    assert [Path(path).name for path in told["JUPYTER_CONFIG_PATH"].split(os.pathsep)] == ["jupyter-groups", "jupyter"]
    assert config.JupyterHub.user_redirect_hook is gallery_of_the_same_server
    without = configured("spawner: {kind: process}\nshared: {folder: s}\n").Spawner.environment
    assert "DECISIONLAB_GROUP_FOLDERS" not in without and without["DECISIONLAB_GIT_PLACES"] == "" and "groups" not in without["JUPYTER_CONFIG_PATH"]


def test_an_issuer_never_means_the_shared_password(configured):
    with pytest.raises(LabError, match="shared password"):
        configured("spawner: {kind: process}\n" + OIDC)


@pytest.mark.skipif(os.geteuid() != 0, reason="what is asked is what root gets")
def test_root_gets_real_accounts_unless_told_otherwise_and_closed_tools_are_named(configured, tmp_path):
    tmp_path.chmod(0o700)
    with pytest.raises(LabError, match=f"users' accounts cannot enter .*, which {tmp_path}/tools/venv lies in"):
        configured("")
