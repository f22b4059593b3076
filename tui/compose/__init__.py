"""The composition root: it builds a meeting from network, media and screen, and takes it apart again.

    settings.py     what was asked for, with every default decided
    session.py      one meeting, from the invitation to the leaving, whatever front end it has
    happenings.py   what a session tells its front end, besides the room's own events
    mailbox.py      the bounded queue between the two
    roster.py       who is in the meeting, and who was
    news.py         what is new in the ledger since one last looked

    interactive.py  the front end in a terminal
    headless.py     the front end without one: lines out, exit status at the end
    lines.py        what happens in a meeting, as JSON objects and as sentences
    demo.py         a meeting on this machine alone, with synthetic participants in processes of their own
    doctor.py       what works here, what is missing, and how to get it
    tools.py        the commands that join no meeting

With main.py this is the only place that imports net and media.
"""
