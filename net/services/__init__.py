"""One conversation for each kind of meeting, without any I/O.

    base.py      what every kind of meeting offers: participants, sources, abilities, events, encryption
    links.py     links to meetings, whatever their kind
    mesh/        incog's own meeting, from person to person
    janus/       rooms on a Janus server

    hosts.py     host names and addresses, as they stand in links
    secret.py    the secret in a link's fragment
    sealing.py   what a server carries and cannot read
    strict.py    the bounded reader of JSON from strangers
    pace.py      a token bucket
    outbox.py    where the parts of a conversation put what they want done
    identity.py  whom a newcomer may be taken for

A conversation takes messages and the time, and gives messages and events. It opens nothing, waits for nothing and
looks at no clock, so a test of it reads like a transcript; a driver in net does what it says.
"""
