"""One participant's side of a meeting on a Janus server, without any I/O.

    actions.py  what the conversation wants done

It speaks the JSON protocol of Janus and of three of its plugins, as they were seen on the wire.
"""
