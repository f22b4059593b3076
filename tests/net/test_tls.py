"""The certificate of our own server."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from net.tls import server_context


def certificate(folder: Path, password: bytes | None = None) -> tuple[Path, Path]:
    """A fresh key and a certificate for it that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "meet.example.org")])
    now = datetime.datetime.now(datetime.UTC)
    chain = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("meet.example.org")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    closed = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    (folder / "chain.pem").write_bytes(chain.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, closed)
    )
    return folder / "chain.pem", folder / "key.pem"


async def test_a_client_that_knows_the_certificate_connects(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=server_context(chain, key))
    async with server:
        knows = ssl.create_default_context(cafile=str(chain))
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=knows, server_hostname="meet.example.org")
        assert await reader.read() == b"hello"
        writer.close()


def test_what_is_no_certificate_is_said(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    for one, other in ((tmp_path / "none.pem", key), (chain, chain), (key, chain)):
        with pytest.raises(ValueError, match="cannot use the certificate"):
            server_context(one, other)


def test_a_closed_key_is_refused_rather_than_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unencrypted"):
        server_context(*certificate(tmp_path, b"secret"))
