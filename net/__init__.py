"""All that crosses the wire, and the witnesses who watch it leave.

    errors.py      what can go wrong in a meeting, each in one sentence for a person
    tasks.py       spawn: the one place where a background task is made
    frames.py      where network and media meet, by shape only
    services/      one sans-IO conversation for each kind of meeting

    loop.py        the event loop whose datagrams are witnessed
    packets.py     what kind of packet a datagram is, and what anybody on the path can read in it
    witness.py     what left, and what it told whom
    guard.py       the destinations a meeting needs, each with its reason; all others are refused

    signalling.py  the one place that makes WebSocket requests
    sdp.py         session descriptions of one fixed shape
    seams.py       the few functions of aiortc and aioice that incog replaces, and the check that they are still there
    tracks.py      what media produces, in the shape that aiortc sends
    peer.py        one WebRTC connection to one participant
    mesh.py        the driver of incog's own meeting service
    rendezvous.py  the embedded server at which the people of a mesh meeting find each other

A conversation in services/ decides what to say; a driver here says it, past the guard and the witness. net knows
nothing of media, screens or themes.
"""
