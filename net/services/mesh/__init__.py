"""`mesh`, incog's own kind of meeting: everybody is connected with everybody, and a rendezvous introduces them.

    link.py           invitation links
    hosts.py          the host names and addresses in them
    ice.py            STUN and TURN servers, checked

    wire.py           every message as a frozen dataclass, read strictly
    strict.py         the bounded JSON reader beneath it
    sealing.py        the keys from the link's secret, and what the rendezvous carries without reading it

    conversation.py   one participant: messages and reports in, actions out
    actions.py        what it wants done, and what its driver reports
    admission.py      our place at the rendezvous, and the phase of the meeting
    lobby.py          who is in the room, as the rendezvous shows it
    introductions.py  greetings, offers and answers
    peers.py          the state of one connection, as a table
    company.py        the other participants: how they come, change and go
    identity.py       whom a newcomer may be taken for
    spoken.py         the few words that two people compare aloud
    channels.py       what goes over the data channels
    outbox.py         where all of these put what they want done

    rendezvous.py     the server
    pace.py           a token bucket, for both

Nothing here does I/O or reads a clock; the drivers are in net. The protocol in prose is in docs/mesh.md.
"""
