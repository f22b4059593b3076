"""The small commands: the rendezvous alone, devices, personas."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import ssl
from pathlib import Path

from privacy import persona
from tui.cli import Endpoint, Status, UsageError


def rendezvous(listen: Endpoint, certificate: Path | None, key: Path | None) -> int:
    """Run the server alone until SIGINT or SIGTERM. Raises `UsageError` when it cannot listen there."""
    from tui.compose.ground import quiet_logs

    quiet_logs()
    tls = None
    if certificate is not None and key is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            tls.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError):
            raise UsageError(f"cannot use {certificate} with {key}; give a PEM certificate chain and its key") from None
    return asyncio.run(_serve(listen, tls))


async def _serve(listen: Endpoint, tls: ssl.SSLContext | None) -> int:
    from net.rendezvous import serve
    from net.services.mesh import hosts

    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    try:
        async with serve(listen.host, listen.port, tls) as (host, port):
            print(f"listening on {'wss' if tls else 'ws'}://{hosts.join(host, port)}", flush=True)
            await over.wait()
    except OSError as error:
        place = hosts.join(listen.host, listen.port)
        raise UsageError(f"cannot listen on {place}: {error.strerror}; choose another address or port") from error
    return Status.LEFT


def devices(as_json: bool) -> int:
    """List microphones and speakers. Raises `MediaError` without PortAudio."""
    from media.devices import list_devices
    from media.stderr import quiet_c_libraries

    with quiet_c_libraries():
        found = list_devices()
    for device in found:
        for kind, channels, default in (
            ("microphone", device.inputs, device.default_input),
            ("speaker", device.outputs, device.default_output),
        ):
            if channels == 0:
                continue
            if as_json:
                line = {"type": "device", "kind": kind, "number": device.index, "name": device.name, "default": default}
                print(json.dumps(line), flush=True)
            else:
                print(f"{kind:10} {device.index:3} {device.name}{' (default)' if default else ''}")
    if not found and not as_json:
        print("no microphone and no speaker was found; `incog doctor` says more")
    return Status.LEFT


def fresh_persona() -> int:
    """Print an alias."""
    print(persona.fresh(secrets.token_bytes(persona.RANDOM_BYTES)).alias)
    return Status.LEFT
