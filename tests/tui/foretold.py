"""What joining a made-up meeting would tell."""

from __future__ import annotations

from dataclasses import replace

from privacy.facts import Audience, Fact
from tui.model import Foretold


def foretold(**changes: object) -> Foretold:
    """A meeting by a server somewhere, muted and with the camera off."""
    usual = Foretold(
        alias="Quiet Heron",
        server="meet.example.org:7462",
        hosting=False,
        addresses="the one that reaches the meeting",
        microphone=False,
        camera=False,
        told={
            Audience.PARTICIPANTS: (
                (Fact.NAME, "Quiet Heron"),
                (Fact.ADDRESS, "192.0.2.44"),
                (Fact.PRESENCE, "in the meeting"),
                (Fact.PRESENCE, "left the meeting"),
                (Fact.MICROPHONE, "muted"),
                (Fact.CAMERA, "off"),
                (Fact.CONNECTION, "random names, made for this connection only"),
                (Fact.SOFTWARE, "incog, by the shape of its descriptions"),
            ),
            Audience.OPERATOR: (
                (Fact.ADDRESS, "192.0.2.44"),
                (Fact.ROOM, "a random room id, 4ff6a840…"),
                (Fact.CONTACT, "connections in this room, by random ids"),
                (Fact.TRAFFIC, "sizes and times of sealed messages"),
            ),
            Audience.NETWORK: (
                (Fact.ADDRESS, "192.0.2.44"),
                (Fact.LOOKUP, "meet.example.org"),
                (Fact.SERVER, "meet.example.org:7462"),
                (Fact.TRAFFIC, "sizes and times of packets"),
            ),
        },
        contacts=(
            ("meet.example.org:7462", "the meeting's server, from the link"),
            ("each participant", "where they say to be reached"),
        ),
        may_draw=True,
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test's choice
