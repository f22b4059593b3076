"""One conversation for each kind of meeting, without any I/O.

    base.py  what every kind of meeting offers: participants, sources, abilities, events, encryption
    mesh/    incog's own meeting, from person to person
    janus/   rooms on a Janus server

A conversation takes messages and the time, and gives messages and events. It opens nothing, waits for nothing and
looks at no clock, so a test of it reads like a transcript; a driver in net does what it says.
"""
