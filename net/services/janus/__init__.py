"""One participant's side of a meeting on a Janus server, without any I/O.

    link.py     links, and what stands in a pasted one of PIN, secret and token
    actions.py  what the conversation wants done
    sealing.py  the keys from the link's fragment, and what the server forwards without reading it

It speaks the JSON protocol of Janus and of three of its plugins, as they were seen on the wire.
"""
