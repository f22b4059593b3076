"""A whole meeting on a machine whose every name is a canary: none of them leaves, before sealing or on the wire."""

from __future__ import annotations

import base64
import sys
import urllib.parse
from pathlib import Path

from tests.whole.outside import Scripted, namespace
from tests.whole.test_capture import media

CANARIES = {
    "login": "zaphrodite",
    "full name": "Quillbert Zaphrodite Mostyn",
    "host name": "thornbridge-laptop",
    "git name": "Quilbertus Gitmoster",
    "git e-mail": "qz.mostyn@fernhollow.example",
    "home folder": "zaphhome",
    "locale": "tlh_QX",
    "time zone": "Fernhollow/Standard",
}

# The program itself, with every message written down as it is before sealing.
TAPPED = """
import json, os, sys
from net import witness
tap = open(os.environ["TAP"], "a", buffering=1)
def tapped(name):
    original = getattr(witness.Witness, name)
    def method(self, *args, **kwargs):
        tap.write(json.dumps([name, repr(args), repr(kwargs)]) + chr(10))
        return original(self, *args, **kwargs)
    setattr(witness.Witness, name, method)
for name in ("signalled", "told_participant", "requested"):
    tapped(name)
from tui.main import console
sys.exit(console())
"""

# A machine of its own: names of users and of the host that exist nowhere else.
DISGUISED = 'mount --bind "$0" /etc/passwd; hostname "$1"; shift; exec "$@"'


def codings(text: str) -> set[bytes]:
    """A canary as it might be written."""
    found: set[bytes] = set()
    for word in {text, text.lower(), text.upper(), *[part for part in text.split() if len(part) > 5]}:
        plain = word.encode()
        found |= {plain, plain.hex().encode(), word.encode("utf-16-le"), urllib.parse.quote(word).encode()}
        found |= {base64.b64encode(b"\\0" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)}
    return {code for code in found if len(code) > 5}


def test_no_canary_leaves(tmp_path: Path) -> None:
    home = tmp_path / CANARIES["home folder"]
    home.mkdir()
    (home / ".gitconfig").write_text(f"[user]\n\tname = {CANARIES['git name']}\n\temail = {CANARIES['git e-mail']}\n")
    passwd = tmp_path / "passwd"
    passwd.write_text(f"{CANARIES['login']}:x:0:0:{CANARIES['full name']}:{home}:/bin/sh\n")
    env = {
        "HOME": str(home),
        "USER": CANARIES["login"],
        "LOGNAME": CANARIES["login"],
        "EMAIL": CANARIES["git e-mail"],
        "LANG": f"{CANARIES['locale']}.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": CANARIES["time zone"],
        "HOSTNAME": CANARIES["host name"],
    }
    argv = ["unshare", "-m", "-u", "sh", "-c", DISGUISED, str(passwd), CANARIES["host name"]]
    argv += [sys.executable, "-c", TAPPED]
    with namespace() as where, where.recorded(tmp_path / "packets") as recording:
        taps = [tmp_path / "tap-host", tmp_path / "tap-join"]
        host = Scripted(where, "host", "--json", *media(0), argv=argv, env={**env, "TAP": str(taps[0])})
        link = host.wait_for("invitation")["link"]
        join = ["join", "-", "--json", *media(1)]
        guest = Scripted(where, *join, link=link, argv=argv, env={**env, "TAP": str(taps[1])})
        for person in (host, guest):
            person.until(lambda me: any(line["on"] for line in me.of("speaking")))
        for person in (host, guest):
            person.stop()
        assert [host.finish(), guest.finish()] == [0, 0]
    wire = b"\n".join(packet.payload for packet in recording.packets())
    told = b"\n".join(tap.read_bytes() for tap in taps)
    assert told.count(b"told_participant") > 4
    assert b"signalled" in told
    assert len(wire) > 10_000
    for what, canary in CANARIES.items():
        for coded in codings(canary):
            assert coded not in told, what
            assert coded not in wire, what


def test_an_alias_that_names_the_machine_is_refused_with_the_privacy_status(tmp_path: Path) -> None:
    passwd = tmp_path / "passwd"
    passwd.write_text(f"{CANARIES['login']}:x:0:0:{CANARIES['full name']}:{tmp_path}:/bin/sh\n")
    argv = ["unshare", "-m", "-u", "sh", "-c", DISGUISED, str(passwd), CANARIES["host name"]]
    argv += [sys.executable, "-c", "import sys; from tui.main import console; sys.exit(console())"]
    env = {"HOME": str(tmp_path), "USER": CANARIES["login"], "LOGNAME": CANARIES["login"]}
    with namespace() as where, where.recorded(tmp_path / "packets") as recording:
        person = Scripted(where, "host", "--json", "--as", "ZAPHRODITE", argv=argv, env=env)
        assert person.finish() == 6
        assert "Traceback" not in "".join(person.errors)
    assert not [packet for packet in recording.packets() if packet.protocol == "udp"]
