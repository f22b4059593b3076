"""The panes and their parts: attributes go down, messages go up, and no widget reaches for another.

The panes:

    status.py       am I audible, am I visible, who can see what, is anybody recording
    stage.py        everybody's picture, in one widget
    finder.py       the people, and the line in which one types whom to find
    panel.py        what others can see about you
    chat.py         a bounded log and a line to write
    alert.py       the newest warning
    footer.py       the main keys, or for a while the newest notice

The chat is made of:

    chat_log.py    what was said
    chat_lines.py  messages as lines of it
    links.py       links in them, and where they lead

The stage is made of:

    grid.py         where the tiles go
    tile.py         one tile: whom it shows, how it is drawn, and who gets one
    parts.py        one line of it, from pictures, captions and gaps
    ready.py        lines whose terminal text is ready
    avatar.py       the calm picture of somebody who shows none
    glyphs.py       letters of pixels, for the initials in it

The people are made of:

    people.py       a line for each person
    order.py        in which order they stand, and who is found
    person_row.py   one of these lines

The panel is made of:

    disclosures.py  a ledger's snapshot as lines of text
    timeline.py     what became visible to whom and when

All are made of:

    pane.py         a heading of one line over whatever it holds
    lines.py        a scrolled list that draws only the lines in view
    choices.py      a list to choose from
    page.py         a page of text for dialogs
    options.py      a list to choose from
    signs.py        the signs for a person's state
    palette.py      a theme as rich styles
    text.py         text into cells
"""
