"""The few functions of aiortc and aioice that incog replaces, and the check that they are still what they were.

Each is a module-level name or one method. `install` compares their signatures with those this was written for and
raises `MovedError` when a release changed them, so that nothing is disclosed by a replacement that no longer applies.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import secrets
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import aioice.ice
import aiortc.clock
import aiortc.codecs
import aiortc.rtcdtlstransport
import aiortc.rtcicetransport
import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
import aiortc.rtcsctptransport
import cryptography.hazmat.primitives.serialization  # noqa: F401  # else pyOpenSSL loads it in the first handshake
from aioice import stun
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from net import bounds, decoding
from net.confine.confinement import enter_thread
from net.guarded import MAX_PICTURE_SIDE, Guarded
from net.in_clear import NEUTRAL
from net.jitter import JitterBuffer
from net.moved import Seam, replace
from net.sealed_streams import SEAMS as _SEALED
from net.stats import Route
from net.tasks import spawn
from net.voices import SEAMS as _VOICES

_host_addresses: ContextVar[tuple[str, ...]] = ContextVar("host addresses", default=())
_authenticated: ContextVar[Callable[[str, int], bool] | None] = ContextVar("authenticated", default=None)
_codec: ContextVar[str] = ContextVar("codec", default="VP8")
_installed = False
_epoch = secrets.randbelow(1 << 62)
_started = time.monotonic_ns()


@contextlib.contextmanager
def connection(addresses: tuple[str, ...], authenticated: Callable[[str, int], bool]) -> Iterator[None]:
    """Connections made in this block gather only these host addresses, and report who proves to know their password.

    `authenticated(host, port)` is called for each STUN check that carried a valid message integrity, with the address
    it came from, or says it did; what it returns False for is not answered, and not asked in return.
    """
    install()
    first = _host_addresses.set(addresses)
    second = _authenticated.set(authenticated)
    try:
        yield
    finally:
        _host_addresses.reset(first)
        _authenticated.reset(second)


def install() -> None:
    """Put the replacements in place, once. Raises `MovedError`."""
    global _installed
    if _installed:
        return
    replace(_SEAMS)
    decoding.install()
    aiortc.codecs.HEADER_EXTENSIONS["audio"][:] = [
        extension for extension in aiortc.codecs.HEADER_EXTENSIONS["audio"] if "audio-level" not in extension.uri
    ]
    _installed = True


def _get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    return [address for address in _host_addresses.get() if (use_ipv6 if ":" in address else use_ipv4)]


def _candidate_foundation(candidate_type: str, candidate_transport: str, base_address: str) -> str:
    # The library hashes the address, unsalted: any local address is found again in milliseconds.
    return secrets.token_hex(8)


def _reporting(original: Callable[..., None]) -> Callable[..., None]:
    def request_received(
        self: aioice.ice.Connection, message: stun.Message, addr: tuple[str, int], protocol: Any
    ) -> None:
        report = _authenticated.get()
        if (
            report is not None
            and "MESSAGE-INTEGRITY" in message.attributes
            and message.check_message_integrity(self.local_password.encode())
            and not (report(addr[0], addr[1]) and len(self._early_checks) < MAX_EARLY_CHECKS)
        ):
            return
        original(self, message, addr, protocol)

    return request_received


MAX_EARLY_CHECKS = 64
"""Checks that are kept because they came before the other end's password."""
CHECK_EVERY = 0.02
"""Seconds between the first checks of two ways, as the library's own (RFC 8445 section 6.1.4.2)."""


def _pacing(original: Callable[[aioice.ice.Connection], bool]) -> Callable[[aioice.ice.Connection], bool]:
    """The library looks for what came of its checks only when the next one would be due; so they have a task."""

    async def go_on(self: aioice.ice.Connection) -> None:
        goes_on = True
        while goes_on:
            await asyncio.sleep(CHECK_EVERY)
            goes_on = original(self)

    def check_periodic(self: aioice.ice.Connection) -> bool:
        goes_on = original(self)
        if not self._check_list:
            return goes_on  # nothing is there to be waited for
        if goes_on:
            vars(self)["incog_further"] = spawn(go_on(self), "check further ways")
        return False

    return check_periodic


def current_ntp_time() -> int:
    """A 64-bit NTP timestamp that runs at the right pace from a random moment.

    RFC 3550 section 4 allows any reference; receivers only use differences. It goes into every RTCP sender report and
    every picture packet, where the wall clock would tell our machine from others.
    """
    elapsed = time.monotonic_ns() - _started
    return (_epoch + (elapsed << 32) // 1_000_000_000) & 0xFFFFFFFFFFFFFFFF


def _monotonic_seconds(self: aiortc.rtcsctptransport.RTCSctpTransport) -> int:
    # The state cookie is read only by who made it, and must fit 32 bits.
    return (current_ntp_time() >> 32) & 0x3FFFFFFF


def generate_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """A self-signed certificate with a neutral name and dates rounded to the day (they travel in clear)."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NEUTRAL)])
    today = datetime.datetime.now(tz=datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=30))
    )
    return builder.sign(key, hashes.SHA256())


def _counting(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle_rtp_packet(self: aiortc.rtcrtpreceiver.RTCRtpReceiver, packet: Any, arrival_time_ms: int) -> None:
        takes = vars(self).get(_ARRIVAL)
        if (takes is None or takes(packet)) and vars(self)[_UNDECODED].qsize() < MAX_UNDECODED:
            await original(self, packet, arrival_time_ms)

    return handle_rtp_packet


def on_arrival(receiver: aiortc.rtcrtpreceiver.RTCRtpReceiver, takes: Callable[[Any], bool]) -> None:
    """Have `takes` called with each RTP packet that arrives for a receiver; what it refuses goes no further."""
    setattr(receiver, _ARRIVAL, takes)


_ARRIVAL = "incog_on_arrival"
_UNDECODED = "_RTCRtpReceiver__decoder_queue"
MAX_UNDECODED = 25
"""Frames that wait to be decoded. Where more would, this machine is too slow for them: it is better to lose some than
to fall behind for good, and what then is missing is asked for again."""


_CHANNEL, _TEXT = 50, 51  # payload protocol identifiers (RFC 8831 section 8)
_OPEN, _ACK = 3, 2  # messages about channels (RFC 8832 section 8.2.1)


def _readable(original: Callable[..., Any]) -> Callable[..., Any]:
    """Whoever writes what the library cannot read would end the whole connection, also that of a server with us."""

    async def receive(self: aiortc.rtcsctptransport.RTCSctpTransport, stream_id: int, pp_id: int, data: bytes) -> None:
        if pp_id == _TEXT:
            readable = _is_text(data)
        elif pp_id == _CHANNEL and data[:1] == bytes([_OPEN]):
            middle = 12 + int.from_bytes(data[8:10], "big")  # where the name ends
            is_new = stream_id not in self._data_channels and bounds.may_open(self)
            readable = is_new and _is_text(data[12:middle]) and _is_text(data[middle:])
        else:
            readable = pp_id != _CHANNEL or data[:1] != bytes([_ACK]) or stream_id in self._data_channels
        if readable:
            await original(self, stream_id, pp_id, data)

    return receive


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _begun(original: Callable[..., Any]) -> Callable[..., Any]:
    """What asks to begin anew while an association goes on changes nothing in it (RFC 9260 section 5.2.2).

    The library would forget where it is, and take every later message for one that it has. A Janus server asks now and
    then when somebody else leaves, and does not mean it.
    """

    async def receive_chunk(self: aiortc.rtcsctptransport.RTCSctpTransport, chunk: Any) -> None:
        going_on = self._association_state is self.State.ESTABLISHED
        if not (going_on and isinstance(chunk, aiortc.rtcsctptransport.InitChunk)):
            await original(self, chunk)

    return receive_chunk


def own_fingerprint(dtls: aiortc.rtcdtlstransport.RTCDtlsTransport) -> str:
    """SHA-256 of our certificate, "AB:CD:…"."""
    found = {one.algorithm: one.value for one in dtls.getLocalParameters().fingerprints}
    return str(found["sha-256"]).upper()


def their_fingerprint(dtls: aiortc.rtcdtlstransport.RTCDtlsTransport) -> str:
    """SHA-256 of the certificate that the other end really showed; empty before it has. There is no public way."""
    certificate = dtls._ssl.get_peer_certificate(as_cryptography=True) if dtls._ssl is not None else None
    if certificate is None:
        return ""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def route(ice: aiortc.rtcicetransport.RTCIceTransport) -> Route | None:
    """The types of the two addresses in use; None while there are none. There is no public way."""
    pair = ice._connection._nominated.get(1)
    return Route(pair.local_candidate.type, pair.remote_candidate.type) if pair is not None else None


def decides(ice: aiortc.rtcicetransport.RTCIceTransport, controlling: bool) -> None:
    """Who decides on the path (RFC 8445 section 6.1.1). There is no public way but a description."""
    ice._connection.ice_controlling = controlling
    ice._role_set = True


def waits(dtls: aiortc.rtcdtlstransport.RTCDtlsTransport, server: bool) -> None:
    """Who waits for the other's DTLS hello; before it is started. There is no public way but a description."""
    dtls._set_role("server" if server else "client")


def sources(sender: aiortc.rtcrtpsender.RTCRtpSender) -> tuple[int, int]:
    """The synchronisation sources of what is sent, and of what is sent again. There is no public way."""
    return sender._ssrc, sender._rtx_ssrc


def receiver(
    kind: str, dtls: aiortc.rtcdtlstransport.RTCDtlsTransport, *, own_source: int, codec: str
) -> aiortc.rtcrtpreceiver.RTCRtpReceiver:
    """A receiver with its track, that reports as `own_source`; `codec` by its name. There is no public way."""
    chosen = _codec.set(codec)
    try:
        made = aiortc.rtcrtpreceiver.RTCRtpReceiver(kind, dtls)
    finally:
        _codec.reset(chosen)
    made._track = aiortc.rtcrtpreceiver.RemoteStreamTrack(kind)
    made._set_rtcp_ssrc(own_source)
    return made


def _jitter_buffer(capacity: int, prefetch: int = 0, is_video: bool = False) -> JitterBuffer:
    return JitterBuffer(capacity, prefetch, is_video, codec=_codec.get())


def packets_received(dtls: aiortc.rtcdtlstransport.RTCDtlsTransport) -> int:
    """How many packets came that were no STUN. There is no public way without a sender."""
    (report,) = dtls._get_stats().values()
    return int(report.packetsReceived)


async def round_trip(ice: aiortc.rtcicetransport.RTCIceTransport) -> float | None:
    """Ask the other end for a sign of life on the path in use: seconds until it came, or None.

    The same question as the library's own (RFC 7675), which takes half a minute to find out that nobody answers.
    """
    connection = ice._connection
    pair = connection._nominated.get(1)
    if pair is None or connection.remote_password is None:
        return None
    request = connection.build_request(pair, nominate=False)
    began = time.monotonic()
    try:
        await pair.protocol.request(
            request, pair.remote_addr, integrity_key=connection.remote_password.encode(), retransmissions=1
        )
    except stun.TransactionError:
        return None
    return time.monotonic() - began


def _guarding(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_decoder(codec: Any) -> Any:
        enter_thread()  # called in the library's decoding thread, before the codec is opened and makes its own
        decoder = original(codec)
        if codec.name.upper() == "OPUS":
            decoder.codec.layout = "mono"  # as all sound is mixed: libopus folds two channels better and quicker
        if codec.name.upper() == "H264":
            decoder.codec.options = {"max_pixels": str(MAX_PICTURE_SIDE**2)}
        return Guarded(decoder, is_vp8=codec.name.upper() == "VP8")

    return get_decoder


_SEAMS = (
    Seam(aioice.ice, "get_host_addresses", "(use_ipv4, use_ipv6)", lambda _: _get_host_addresses),
    Seam(
        aioice.ice,
        "candidate_foundation",
        "(candidate_type, candidate_transport, base_address)",
        lambda _: _candidate_foundation,
    ),
    Seam(aioice.ice.Connection, "request_received", "(self, message, addr, protocol)", _reporting),
    Seam(aioice.ice.Connection, "_check_periodic", "(self)", _pacing),
    Seam(aiortc.clock, "current_ntp_time", "()", lambda _: current_ntp_time),
    Seam(aiortc.rtcdtlstransport, "generate_certificate", "(key)", lambda _: generate_certificate),
    Seam(
        aiortc.rtcrtpreceiver.RTCRtpReceiver,
        "_handle_rtp_packet",
        "(self, packet, arrival_time_ms)",
        _counting,
    ),
    Seam(aiortc.rtcrtpreceiver, "get_decoder", "(codec)", _guarding),
    Seam(aiortc.rtcrtpreceiver, "JitterBuffer", "(capacity, prefetch, is_video)", lambda _: _jitter_buffer),
    Seam(aiortc.rtcsctptransport.RTCSctpTransport, "_get_timestamp", "(self)", lambda _: _monotonic_seconds),
    Seam(aiortc.rtcsctptransport.RTCSctpTransport, "_receive_chunk", "(self, chunk)", _begun),
    Seam(
        aiortc.rtcsctptransport.RTCSctpTransport,
        "_data_channel_receive",
        "(self, stream_id, pp_id, data)",
        _readable,
    ),
    *bounds.SEAMS,
    *_SEALED,
    *_VOICES,
)
