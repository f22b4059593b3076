from __future__ import annotations

import pytest

from net.services.mesh.ice import IceServer


@pytest.mark.parametrize(
    ("url", "kind", "host", "port", "transport"),
    [
        ("stun:stun.example", "stun", "stun.example", 3478, "udp"),
        ("stun:127.0.0.1:3479", "stun", "127.0.0.1", 3479, "udp"),
        ("stun:[::1]:3479", "stun", "::1", 3479, "udp"),
        ("turn:turn.example", "turn", "turn.example", 3478, "udp"),
        ("turn:turn.example:80?transport=tcp", "turn", "turn.example", 80, "tcp"),
        ("turns:turn.example", "turns", "turn.example", 5349, "tcp"),
        ("turns:turn.example:443?transport=udp", "turns", "turn.example", 443, "udp"),
    ],
)
def test_a_server_is_read(url: str, kind: str, host: str, port: int, transport: str) -> None:
    server = IceServer(url) if kind == "stun" else IceServer(url, "name", "credential")
    assert (server.kind, server.host, server.port, server.transport) == (kind, host, port, transport)


@pytest.mark.parametrize(
    ("url", "username", "credential", "says"),
    [
        ("", "", "", "given as"),
        ("http://h/", "", "", "given as"),
        ("stuns:h", "", "", "given as"),
        ("stun://h", "", "", "not a host name"),
        ("turn:h?transport=sctp", "n", "c", "given as"),
        ("stun:" + "a" * 300, "", "", "given as"),
        ("stun:h:0", "", "", "between 1 and 65535"),
        ("stun:127.1", "", "", "not an IPv4"),
        ("stun:ü.example", "", "", "ASCII"),
        ("stun:h?transport=udp", "", "", "neither a transport"),
        ("stun:h", "name", "", "neither a transport"),
        ("stun:h", "", "credential", "neither a transport"),
        ("turn:h", "", "", "needs a user name"),
        ("turn:h", "name", "", "needs a user name"),
        ("turns:h", "", "credential", "needs a user name"),
        ("turn:h", "na me", "c", "printable"),
        ("turn:h", "n", "c\n", "printable"),
        ("turn:h", "n" * 257, "c", "printable"),
    ],
)
def test_what_is_no_server_is_explained(url: str, username: str, credential: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        IceServer(url, username, credential)
    assert str(caught.value).endswith(".")


def test_the_credential_is_not_in_the_representation() -> None:
    assert "s3cret" not in repr(IceServer("turn:h", "name", "s3cret"))
