"""One participant's side of a meeting on a Janus server, without any I/O.

    link.py           links, and what stands in a pasted one of PIN, secret and token
    credentials.py    these three
    actions.py        what the conversation wants done
    kinds.py          which conversation a link is for

    wire.py           the envelope of all messages, and what refusals mean
    meeting.py        what can be known of a meeting, whatever its room
    session.py        requests and answers, handles, signs of life, taking up a session again
    standing.py       the phase of a meeting, what it allows, and how it ended
    sealing.py        the keys from the link's fragment, and what the server forwards without reading it

    rooms.py          what is said alike with both kinds of room
    videoroom.py      what is said with the VideoRoom
    conversation.py   a meeting in one: messages and reports in, actions out
    admission.py      our place in the room, and the phase that follows from it
    hearing.py        what the room tells
    roll.py           who is in it, by the server's list
    people.py         the others
    publishing.py     the connection by which we send
    subscriptions.py  the connection by which we receive
    wants.py          what is to be received
    sizes.py          in which size, and whether it comes
    exchange.py       what incog users tell each other over data channels
    words.py          their messages
    moderation.py     what is done by those who know the room's secret

    attachment.py     a handle and the connection that hangs on it, made again when it breaks
    company.py        the others in any room: how they come, change and go, and whom they may be taken for

    audiobridge.py    what is said with the AudioBridge
    bridge.py         a meeting in one: messages and reports in, actions out
    presence.py       our being in the room, and the phase that follows from it
    seat.py           our place in it, and the connection that carries the sound
    voices.py         the others
    rule.py           what is done by those who know its secret

    text.py           a TextRoom beside either: the chat
    text_wire.py      what is said with it, over its data channel
    text_way.py       the way to it
    texters.py        who is in it

It speaks the JSON protocol of Janus and of three of its plugins, as they were seen on the wire. The protocol in prose
is in docs/janus.md.
"""
