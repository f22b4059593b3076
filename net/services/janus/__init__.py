"""One participant's side of a meeting on a Janus server, without any I/O.

    link.py     links, and what stands in a pasted one of PIN, secret and token
    actions.py  what the conversation wants done

    wire.py     the envelope of all messages, and what refusals mean
    session.py  requests and answers, handles, signs of life, taking up a session again
    videoroom.py  what is said with the VideoRoom
    sealing.py  the keys from the link's fragment, and what the server forwards without reading it

It speaks the JSON protocol of Janus and of three of its plugins, as they were seen on the wire.
"""
