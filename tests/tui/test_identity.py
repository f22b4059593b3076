from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path

import pytest

from privacy.firewall import Firewall
from tui.compose.identity import MAX_FILE, Account, gather

ACCOUNT = Account("zquix", "Zebulon Quixley,Room 7,555-0100", "/home/zquix")


class Machine:
    """A made-up machine: a home and a root folder, an environment, a host name."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.home = folder / "home"
        self.environment: dict[str, str] = {}
        self.home.mkdir()
        self.root.mkdir()

    def file(self, path: str, text: str) -> Path:
        """`~/…` is in the home, `/…` in the root."""
        where = self.home / path[2:] if path.startswith("~/") else self.root / path[1:]
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(text, encoding="utf-8")
        return where

    def known(self, kind: str, host: str = "") -> tuple[str, ...]:
        identifiers = gather(
            environment=self.environment, home=self.home, root=self.root, account=ACCOUNT, host=host, addresses=()
        )
        return identifiers.known.get(kind, ())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_empty_machine_tells_its_account_only(machine: Machine):
    identifiers = gather(environment={}, home=machine.home, root=machine.root, account=ACCOUNT, host="", addresses=())
    assert dict(identifiers.known) == {
        "login": ("zquix",),
        "full name": ("Zebulon Quixley",),
        "home folder": (str(machine.home), "/home/zquix"),
    }


def test_logins_are_those_of_the_table_and_of_the_environment(machine: Machine):
    machine.environment = {"USER": "root", "LOGNAME": "zquix", "SUDO_USER": "zebulon", "PATH": "/bin"}
    assert machine.known("login") == ("zquix", "root", "zebulon")


@pytest.mark.parametrize(
    ("gecos", "name"),
    [("Zebulon Quixley", "Zebulon Quixley"), ("& Quixley,,,", "Zquix Quixley"), (",,,", ""), ("", "")],
)
def test_the_full_name_is_the_first_field(machine: Machine, gecos: str, name: str):
    identifiers = gather(
        environment={}, home=machine.home, root=machine.root, account=Account("zquix", gecos, ""), host="", addresses=()
    )
    assert identifiers.known.get("full name", ("",)) == (name,)


def test_git_names_come_from_every_configuration_and_what_it_includes(machine: Machine):
    machine.file(
        "~/.gitconfig",
        """
        # comment = no
        [core] editor = vi
        [User]
            name = "Zebulon \\"Zeb\\" Quixley" ; said twice
            EMAIL = zeb@canary.example # at home
            signingkey = 0xABCD
        [user "nobody"] name = sub \\\\ section
        [includeIf "gitdir:~/elsewhere/"]
            path = ~/work.gitconfig
        [include]
            path = other/extra
            path = .gitconfig
            path = missing
        [alias]
            name = not an identity
        """,
    )
    machine.file("~/work.gitconfig", "[user]\nemail = z.quixley@work.canary.example\n[include] path = deeper")
    machine.file("~/deeper", "[author] name = Z. Q.\n[committer] email = zq@canary.example")
    machine.file("~/other/extra", "[user]name=Extra Quixley")
    machine.file("~/.config/git/config", "[user]\n\tname = From XDG")
    machine.file("/etc/gitconfig", "[user]\n\tname = From Etc")
    assert set(machine.known("git name")) == {
        'Zebulon "Zeb" Quixley',
        "sub \\ section",
        "Extra Quixley",
        "From XDG",
        "From Etc",
        "Z. Q.",
    }
    assert set(machine.known("e-mail")) == {
        "zeb@canary.example",
        "z.quixley@work.canary.example",
        "zq@canary.example",
    }


def test_git_configurations_are_found_where_the_environment_says(machine: Machine):
    named = machine.file("/named", "[user] name = Named")
    machine.file("/xdg/git/config", "[user] name = Moved")
    machine.environment = {
        "GIT_CONFIG_GLOBAL": str(named),
        "XDG_CONFIG_HOME": str(machine.root / "xdg"),
        "GIT_AUTHOR_NAME": "The Author",
        "GIT_COMMITTER_EMAIL": "committer@canary.example",
        "EMAIL": "me@canary.example",
        "DEBFULLNAME": "Debian Quixley",
    }
    assert machine.known("git name") == ("Named", "Moved", "The Author")
    assert machine.known("e-mail") == ("me@canary.example", "committer@canary.example")
    assert machine.known("full name") == ("Zebulon Quixley", "Debian Quixley")


def test_endless_includes_end(machine: Machine):
    for n in range(20):
        machine.file(f"~/g{n}", f"[user] name = Number {n}\n[include] path = g{n + 1}\n[include] path = g0")
    machine.file("~/.gitconfig", "[include] path = g0")
    assert machine.known("git name") == ("Number 0", "Number 1", "Number 2")


def test_key_comments(machine: Machine):
    machine.file("~/.ssh/id_ed25519.pub", "ssh-ed25519 AAAAC3Nz zquix@zeppelin")
    machine.file("~/.ssh/work.pub", "ssh-rsa AAAAB3Nz Zebulon's key, 2020\n\nssh-rsa AAAAB3Nz\n")
    machine.file("~/.ssh/id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY----- is never read")
    machine.file("~/.ssh/broken.pub", "\x00\xff")
    assert machine.known("key comment") == ("zquix@zeppelin", "Zebulon's key, 2020")


def test_host_names_are_long_and_short_and_never_looked_up(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a name was looked up")

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getfqdn", "getnameinfo"):
        monkeypatch.setattr(socket, name, refuse)
    machine.file("/etc/hostname", "zeppelin\n")
    machine.file(
        "/etc/hosts",
        "127.0.0.1 localhost\n\n# 127.0.1.1 commented.out zeppelin\n"
        "127.0.1.1 Zeppelin.canary.example zeppelin # me\n10.0.0.9 other",
    )
    machine.environment = {"HOSTNAME": "airship.lan"}
    assert machine.known("host name", host="zeppelin") == (
        "zeppelin",
        "airship.lan",
        "airship",
        "Zeppelin.canary.example",
        "Zeppelin",
    )


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Antarctica/Troll", "Antarctica/Troll"),
        (":Antarctica/Troll", "Antarctica/Troll"),
        (":/usr/share/zoneinfo/posix/Antarctica/Troll", "Antarctica/Troll"),
        ("/usr/share/zoneinfo/right/Antarctica/Troll", "Antarctica/Troll"),
        ("UTC", "UTC"),
        ("CET-1CEST", "CET-1CEST"),
    ],
)
def test_the_time_zone_by_its_name_or_its_file(machine: Machine, text: str, zone: str):
    machine.environment = {"TZ": text}
    assert machine.known("time zone") == (zone,)


def test_the_time_zone_of_the_system(machine: Machine):
    machine.file("/etc/timezone", "Antarctica/Troll\n")
    (machine.root / "etc/localtime").symlink_to("../usr/share/zoneinfo/Antarctica/Vostok")
    assert machine.known("time zone") == ("Antarctica/Troll", "Antarctica/Vostok")


def test_a_time_zone_that_is_a_copy_has_no_name(machine: Machine):
    machine.file("/etc/localtime", "TZif2")
    assert machine.known("time zone") == ()


def test_locales(machine: Machine):
    machine.environment = {
        "LANG": "nb_NO.UTF-8",
        "LC_TIME": "en_DK",
        "LANGUAGE": "nn_NO:nb",
        "LCD": "no",
        "X_LANG": "no",
    }
    assert machine.known("locale") == ("nb_NO.UTF-8", "en_DK", "nn_NO", "nb")


def test_hardware_addresses_and_machine_id(machine: Machine):
    machine.file("/sys/class/net/eth0/address", "52:54:00:ab:cd:ef\n")
    machine.file("/sys/class/net/lo/address", "00:00:00:00:00:00\n")
    machine.file("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    assert machine.known("hardware address") == ("52:54:00:ab:cd:ef", "00:00:00:00:00:00")
    assert machine.known("machine id") == ("0123456789abcdef0123456789abcdef",)


def test_files_are_read_up_to_a_bound_and_not_at_all_where_they_cannot_be(machine: Machine):
    machine.file("/etc/timezone", "x" * (3 * MAX_FILE))
    (machine.home / ".gitconfig").mkdir()
    (machine.home / ".ssh").write_text("no folder")
    machine.environment = {"GIT_CONFIG_GLOBAL": "a\x00b"}
    assert machine.known("time zone") == ("x" * MAX_FILE,)
    assert machine.known("git name") == ()
    assert machine.known("key comment") == ()


def test_a_home_that_cannot_be_a_folder_tells_nothing(machine: Machine):
    machine.home = Path("/" + "x" * 5000)
    assert machine.known("key comment") == machine.known("git name") == ()


def test_the_real_machine_can_be_asked():
    """By default the real places are looked at: each value must be where the system keeps it.."""
    identifiers = gather()
    login = pytest.importorskip("pwd").getpwuid(os.getuid()).pw_name
    assert login in identifiers.known["login"]
    assert socket.gethostname() in identifiers.known["host name"]
    addresses = [ipaddress.ip_address(address.partition("%")[0]) for address in identifiers.known["local address"]]
    assert ipaddress.ip_address("127.0.0.1") in addresses


def test_an_account_that_is_in_no_table(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pwd", None)
    identifiers = gather(environment={"USER": "zquix"}, root=machine.root, host="", addresses=())
    assert identifiers.known["login"] == ("zquix",)
    assert "full name" not in identifiers.known


def test_what_is_gathered_is_what_the_firewall_finds(machine: Machine):
    machine.file("~/.gitconfig", "[user]\nname = Zeb Coder\nemail = zeb@canary.example")
    machine.file("/etc/hostname", "zeppelin")
    machine.file("/etc/timezone", "Antarctica/Troll")
    machine.environment = {"LANG": "nb_NO.UTF-8"}
    wall = Firewall(
        gather(
            environment=machine.environment,
            home=machine.home,
            root=machine.root,
            account=ACCOUNT,
            host="zeppelin",
            addresses=["192.168.77.23", "fe80::1%eth0"],
        ),
        "Quiet Heron",
    )
    for text in ("zquix", "QUIXLEY", "coder zeb", "zeb@canary.example", "/home/zquix/x", "antarctica-troll", "nb-NO"):
        assert wall.check(f"well, {text} it is"), text
    assert wall.check("192.168.77.23 is here") != ()
    assert wall.check("hello, I am not here") == ()
