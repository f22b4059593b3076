"""A small internet: every seat of a meeting is a machine of its own, and a router carries what they say to each other.

    alice ---+
    bob   ---+--- router --- operator (rendezvous)
    carol ---+         +---- relay (coturn)

Each seat is a network namespace with one address and no way to anything but the router, so that a recorder at a seat
sees what that seat sees and nothing else.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.whole.outside import INCOG, Namespace, namespace

OPERATOR = "198.51.100.10"
RELAY = "198.51.100.20"
ALICE = "203.0.113.30"
BOB = "203.0.113.40"
GATEWAY = "169.254.0.1"
HOME = "192.168.77.23"
"""Alice's address at home, when there is a NAT between her and the internet."""

RENDEZVOUS_PORT = 7843
TURN_PORT = 3478
TURNS_PORT = 5349
USER, PASSWORD, REALM = "reed", "correct-horse", "relay.test"


@dataclass
class Internet:
    """The router, and the seats by name."""

    router: Namespace
    seats: dict[str, Namespace] = field(default_factory=dict)

    def attach(self, name: str, address: str) -> Namespace:
        """Connect one more machine."""
        seat = self.seats[name]
        wire = f"to-{name}"
        _ip("-n", self.router.name, "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", seat.name)
        _ip("-n", self.router.name, "link", "set", wire, "up")
        _ip("-n", seat.name, "addr", "add", f"{address}/32", "dev", "eth0")
        _ip("-n", seat.name, "link", "set", "eth0", "up")
        _ip("-n", seat.name, "route", "add", "default", "via", GATEWAY, "dev", "eth0", "onlink")
        _ip("-n", self.router.name, "route", "add", f"{address}/32", "dev", wire)
        return seat

    @contextlib.contextmanager
    def attached_behind_a_nat(self, name: str, address: str, home: str) -> Iterator[None]:
        """Connect a machine that has another address at home, for as long as the block lasts."""
        if not os.path.exists("/dev/net/tun"):
            pytest.skip("needs the kernel's tun device (/dev/net/tun) to be a NAT")
        seat, router = self.seats[name], self.router
        nat = seat.start(
            [sys.executable, str(Path(__file__).with_name("nat.py")), home, address, router.name], stdout=-1
        )
        try:
            assert nat.stdout is not None
            assert nat.stdout.readline() == "ready\n"
            _ip("-n", seat.name, "addr", "add", f"{home}/24", "dev", "home")
            _ip("-n", seat.name, "link", "set", "home", "up")
            _ip("-n", seat.name, "route", "add", "default", "dev", "home")
            _ip("-n", router.name, "link", "set", "home", "up")
            _ip("-n", router.name, "route", "add", f"{address}/32", "dev", "home")
            yield
        finally:
            nat.terminate()
            nat.communicate(timeout=30)


@contextlib.contextmanager
def internet(homes: Mapping[str, str] | None = None, **addresses: str) -> Iterator[Internet]:
    """Machines by name, with these addresses, and a router between them; some have another address at home."""
    with contextlib.ExitStack() as stack:
        net = Internet(stack.enter_context(namespace()))
        _ip("-n", net.router.name, "addr", "add", f"{GATEWAY}/32", "dev", "lo")
        forward = "echo 1 > /proc/sys/net/ipv4/ip_forward"
        subprocess.run(["ip", "netns", "exec", net.router.name, "sh", "-c", forward], check=True)
        for name, address in addresses.items():
            net.seats[name] = stack.enter_context(namespace())
            if homes and name in homes:
                stack.enter_context(net.attached_behind_a_nat(name, address, homes[name]))
            else:
                net.attach(name, address)
        yield net


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


@contextlib.contextmanager
def rendezvous(where: Namespace, address: str) -> Iterator[str]:
    """incog's own server, alone on a machine; gives its URL."""
    argv = [*INCOG, "rendezvous", "--listen", f"{address}:{RENDEZVOUS_PORT}"]
    with _running(where, argv, RENDEZVOUS_PORT):
        yield f"ws://{address}:{RENDEZVOUS_PORT}"


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the test's own, and a certificate for the servers."""

    root: Path
    chain: Path
    key: Path


@contextlib.contextmanager
def relay(where: Namespace, address: str, authority: Authority | None = None) -> Iterator[None]:
    """Debian's coturn on a machine: STUN, and TURN by UDP and TCP (and TLS); as nobody, and in the foreground."""
    if shutil.which("turnserver") is None:
        pytest.skip("needs coturn (the program `turnserver`) for a real STUN and TURN server")
    with tempfile.TemporaryDirectory(prefix="incog-coturn-") as folder:
        os.chmod(folder, 0o777)
        argv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "turnserver", "-n"]
        argv += ["--no-cli", f"--listening-ip={address}", f"--relay-ip={address}", f"--listening-port={TURN_PORT}"]
        argv += ["--min-port=49500", "--max-port=49599", "--lt-cred-mech", f"--user={USER}:{PASSWORD}"]
        argv += [f"--realm={REALM}", "--fingerprint", "--no-multicast-peers", "--no-dtls", f"--userdb={folder}/db"]
        argv += [f"--pidfile={folder}/pid", "--log-file=stdout", "--simple-log", f"--tls-listening-port={TURNS_PORT}"]
        if authority is None:
            argv.append("--no-tls")
        else:
            for path, name in ((authority.chain, "chain.pem"), (authority.key, "key.pem")):
                shutil.copy(path, f"{folder}/{name}")
                os.chmod(f"{folder}/{name}", 0o644)
            argv += [f"--cert={folder}/chain.pem", f"--pkey={folder}/key.pem"]
        with _running(where, argv, TURN_PORT):
            yield


@contextlib.contextmanager
def _running(where: Namespace, argv: list[str], port: int) -> Iterator[None]:
    """A server that listens by TCP, for as long as the block lasts."""
    process = where.start(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(400):
            if process.poll() is not None or listens(process.pid, port):
                break
            time.sleep(0.05)
        else:
            raise AssertionError(f"{argv} does not listen on port {port}")
        if process.poll() is not None:
            raise AssertionError(f"{argv} ended: {process.stdout.read() if process.stdout else ''}")
        yield
    finally:
        process.terminate()
        process.communicate(timeout=20)


def listens(pid: int, port: int) -> bool:
    """Whether anybody in the namespace of a process listens on a TCP port."""
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return any(row[3] == "0A" and int(row[1].partition(":")[2], 16) == port for row in rows)


_MAY_SIGN = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def make_authority(folder: Path, *addresses: str) -> Authority:
    """A root, and a certificate by it for these addresses."""
    now = datetime.datetime.now(tz=datetime.UTC)
    day = datetime.timedelta(days=1)

    def build(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - day)
            .not_valid_after(now + day)
        )

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = build("The test's own root", "The test's own root", root_key)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
    root = root.add_extension(_MAY_SIGN, critical=True)
    leaf = build("The test's servers", "The test's own root", key)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address)) for address in addresses])
    leaf = leaf.add_extension(names, critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    leaf = leaf.add_extension(issuer, critical=False)
    made = Authority(folder / "root.pem", folder / "chain.pem", folder / "key.pem")
    pem = serialization.Encoding.PEM
    made.root.write_bytes(root.sign(root_key, hashes.SHA256()).public_bytes(pem))
    made.chain.write_bytes(leaf.sign(root_key, hashes.SHA256()).public_bytes(pem))
    made.key.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return made
