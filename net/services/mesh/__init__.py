"""`mesh`, incog's own kind of meeting: everybody is connected with everybody, and a rendezvous introduces them.

    link.py           invitation links
    ice.py            STUN and TURN servers, checked

    wire.py           every message as a frozen dataclass, read strictly
    sealing.py        the keys from the link's secret, and what the rendezvous carries without reading it

    conversation.py   one participant: messages and reports in, actions out
    actions.py        what it wants done, and what its driver reports
    admission.py      our place at the rendezvous, and the phase of the meeting
    lobby.py          who is in the room, as the rendezvous shows it
    introductions.py  greetings, offers and answers
    peers.py          the state of one connection, as a table
    company.py        the other participants: how they come, change and go
    spoken.py         the few words that two people compare aloud
    channels.py       what goes over the data channels

    rendezvous.py     the server

Nothing here does I/O or reads a clock; the drivers are in net. The protocol in prose is in docs/mesh.md.
"""
