"""The small commands: the rendezvous alone, and devices."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tui.cli import Endpoint, Status, UsageError


def rendezvous(listen: Endpoint, certificate: Path | None, key: Path | None) -> int:
    """Run the server alone until SIGINT or SIGTERM. Raises `UsageError` when it cannot listen there."""
    from tui.compose.ground import quiet_logs

    quiet_logs()
    return asyncio.run(_serve(listen, certificate, key))


async def _serve(listen: Endpoint, certificate: Path | None, key: Path | None) -> int:
    from net.rendezvous import serve
    from net.services import hosts
    from net.tls import server_context
    from tui.compose.ground import when_signalled

    try:
        tls = server_context(certificate, key) if certificate is not None and key is not None else None
    except ValueError as error:
        raise UsageError(str(error)) from None
    over = asyncio.Event()
    when_signalled(("SIGINT", "SIGTERM"), lambda number: over.set())
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
    from net.confine.confinement import secluded

    with quiet_c_libraries():
        found = secluded(list_devices)  # a sound library's configuration may name a server on the network
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
