"""The composition root: it builds a meeting from network, media and screen, and takes it apart again.

    session.py   one meeting, from the invitation to the leaving, whatever front end it has
    headless.py  the front end without a terminal: JSON lines out, exit status at the end
    demo.py      a meeting on this machine alone, with synthetic participants in processes of their own

With main.py this is the only place that imports net and media.
"""
