"""All that crosses the wire, and the witnesses who watch it leave.

    errors.py      what can go wrong in a meeting, each in one sentence for a person
    tasks.py       spawn: the one place where a background task is made
    frames.py      where network and media meet, by shape only
    services/      one sans-IO conversation for each kind of meeting

    loop.py        the event loop whose datagram transports are witnessed
    witness.py     bytes that leave, turned into disclosures
    guard.py       the destinations a meeting needs, each with its reason; all others are refused
    signalling.py  the one way for WebSocket and HTTP messages
    sdp.py         session descriptions rewritten until they tell no more than they must
    peer.py        one WebRTC connection; the only module that touches what aiortc keeps private
    mesh.py        the driver of incog's own meeting service
    rendezvous.py  the embedded server at which the people of a mesh meeting find each other

A conversation in services/ decides what to say; a driver here says it, past the guard and the witness. net knows
nothing of media, screens or themes.
"""
