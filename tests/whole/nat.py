"""A router between a home and the internet that writes one address for another, both ways (RFC 3022 section 2.1).

Run inside the namespace of the home: `nat.py HOME_ADDRESS PUBLIC_ADDRESS NETNS_OF_THE_INTERNET`. It makes the device
`home` on each side, says so, and carries packets until it is ended. Nothing of a kernel's own NAT is needed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import selectors
import socket
import struct
import sys

TUNSETIFF, TUN_WITHOUT_HEADER, NEW_NETWORK = 0x400454CA, 0x1001, 0x40000000
TCP, UDP = 6, 17


def open_device() -> int:
    """A device of which this process is the other end."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22s", b"home", TUN_WITHOUT_HEADER, b""))
    return device


def enter(namespace: str) -> None:
    """Go to another namespace; devices stay where they were made."""
    with open(f"/run/netns/{namespace}") as there:
        if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def checksum(data: bytes) -> int:
    """The internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def rewritten(packet: bytes, at: int, address: bytes) -> bytes:
    """An IPv4 packet with another address at offset 12 (source) or 16 (destination), and right checksums."""
    data = bytearray(packet)
    data[at : at + 4] = address
    start = (data[0] & 15) * 4
    data[10:12] = b"\0\0"
    data[10:12] = checksum(bytes(data[:start])).to_bytes(2, "big")
    where = start + {TCP: 16, UDP: 6}.get(data[9], 0)
    if where > start:
        data[where : where + 2] = b"\0\0"
        pseudo = bytes(data[12:20]) + bytes((0, data[9])) + (len(data) - start).to_bytes(2, "big")
        data[where : where + 2] = checksum(pseudo + bytes(data[start:])).to_bytes(2, "big")
    return bytes(data)


def main(inside: str, outside: str, internet: str) -> None:
    """Carry packets."""
    home = open_device()
    enter(internet)
    world = open_device()
    print("ready", flush=True)
    ways = {home: (world, 12, socket.inet_aton(outside)), world: (home, 16, socket.inet_aton(inside))}
    ready = selectors.DefaultSelector()
    for device in ways:
        ready.register(device, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            packet = os.read(key.fd, 65536)
            there, at, address = ways[key.fd]
            if packet[0] >> 4 == 4:
                os.write(there, rewritten(packet, at, address))


if __name__ == "__main__":
    main(*sys.argv[1:])
