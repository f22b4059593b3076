"""All that crosses the wire, and the witnesses who watch it leave.

    errors.py      what can go wrong in a meeting, each in one sentence for a person
    tasks.py       spawn: the one place where a background task is made
    frames.py      where network and media meet, by shape only
    services/      one sans-IO conversation for each kind of meeting

    loop.py        the event loop whose datagrams are witnessed
    datagrams.py   how datagrams are taken from a socket: many at once while many come
    packets.py     what kind of packet a datagram is, and what anybody on the path can read in it
    in_clear.py    what anybody reads in the clear parts of datagrams
    tellings.py    who learns what from each thing that leaves
    tally.py       how much has left for whom, by kind, and what was read in it
    witness.py     what left, and what it told whom
    intention.py   what is about to be joined, and how; what a rehearsal of it finds
    rehearsal.py   a meeting played through in memory, to say beforehand who would learn what
    foretelling.py what one of any kind would tell, by its messages and its packets
    stage.py       what plays one: our conversation and somebody's
    stand_ins.py   who stands in for others in a rehearsal
    guard.py       the destinations a meeting needs, each with its reason; all others are refused
    confine/       the second layer below Python, where the kernel has it

    signalling.py  the one place that makes WebSocket requests
    tls.py         the TLS of a rendezvous of one's own
    ice.py         STUN and TURN servers, looked up once and put on the guard's list
    store.py       texts under names, in the system's keyring or in memory
    vault.py       what is kept there, on request
    sdp.py         session descriptions of one fixed shape
    seams.py       the few functions of aiortc and aioice that incog replaces
    bounds.py      what a stranger can make the library hold, compute and send again
    sealed_streams.py  the seams by which frames are sealed before they are packets, and opened after
    moved.py       the check that all of them are still there
    certificates.py  those of connections, made before they are needed
    decoding.py    the threads in which received media are decoded
    jitter.py      the receiving buffer, which never waits longer than is worth it
    guarded.py     what stands around a decoder, and opens what comes sealed
    voices.py      the one thread that decodes the voices of all receivers
    frame_cryptor.py  sealing of encoded frames, with the formats of several systems
    proofs.py      the proof that what we send is sealed, found in what is about to leave
    tracks.py      what media produces, in the shape that aiortc sends
    stats.py       how a connection is doing, in numbers
    meter.py       the counters of one connection, from which these come
    peer.py        one WebRTC connection to one participant
    connections.py the connections of one mesh meeting, by participant
    account.py     what a meeting tells, before the policy and then the witness
    means.py       with what a meeting of any kind is held
    line.py        the WebSocket to its server, found again when it was lost
    driver.py      what the drivers of all kinds of meeting share
    mesh.py        the driver of incog's own meeting service
    mesh_facts.py  what each message of the mesh tells whoever can read it
    mesh_told.py   the account of a mesh meeting
    mesh_rehearsal.py  what a mesh meeting would tell
    mesh_stage.py  the two conversations and the rendezvous that play one
    sfu_sdp.py     session descriptions towards and from a server that forwards media
    sfu_wire.py    one connection to such a server
    sfu_seals.py   how frames are sealed for it, and opened
    sfu_listen.py  what is received from it, each person's apart
    sfu.py         what is published there, what is received, and plain text
    sfu_ways.py    the connections to it of one meeting
    janus.py       the driver of meetings on a Janus server
    said.py        what one message through a server tells: its operator, and those it is handed on to
    sdp_facts.py   what a session description of ours tells a server
    janus_facts.py what each message to a Janus server tells whom
    janus_fields.py what each field in one tells
    janus_told.py  the account of a Janus meeting
    janus_rehearsal.py  what a Janus meeting would tell
    janus_stage.py  the two conversations that play one
    janus_stand_in.py  the server between them, in memory
    data_facts.py  what each message over a VideoRoom's data channels tells
    text_room_facts.py what each message to a TextRoom tells
    rendezvous.py  the embedded server at which the people of a mesh meeting find each other

A conversation in services/ decides what to say; a driver here says it, past the guard and the witness. net knows
nothing of media, screens or themes.
"""
