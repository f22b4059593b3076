"""The panes and their parts: attributes go down, messages go up, and no widget reaches for another.

The panes:

    status.py       what a person must know at one look, in two lines
    stage.py        everybody's picture: who is shown, how large, and a cursor on them
    finder.py       the people, and the line in which one types whom to find
    panel.py        what others can see about you
    chat.py         a bounded log and a line to write
    alert.py       the newest warning
    footer.py       the main keys, or for a while the newest notice

The chat is made of:

    chat_log.py    what was said
    chat_lines.py  messages as lines of it
    links.py       links in them, and where they lead

They stand in:

    layout.py       where the panes go, in windows of all sizes
    room.py         puts them there
    divider.py      what is drawn with the mouse between two of them
    words.py        words in the middle of an empty place

The stage is made of:

    casting.py      who holds the floor, who sits where, and who is large
    grid.py         where the tiles go
    scene.py        who is drawn in which of them
    canvas.py       all tiles on one widget, and when they are drawn
    tile.py         one tile: whom it shows, and how it is drawn
    parts.py        one line of it, from pictures, captions and gaps
    ready.py        lines whose terminal text is ready
    avatar.py       the calm picture of somebody who shows none
    glyphs.py       letters of pixels, for the initials in it

The people are made of:

    people.py       a line for each person
    order.py        in which order they stand, and who is found
    person_row.py   one of these lines

The status is made of:

    answers.py      each answer in words, and in fewer

The panel is made of:

    disclosures.py  a ledger's snapshot as lines of text
    timeline.py     what became visible to whom and when

All are made of:

    pane.py         a heading of one line over whatever it holds
    lines.py        a scrolled list that draws only the lines in view
    choices.py      a list to choose from
    page.py         a page of text for dialogs
    options.py      a list to choose from
    focus.py        the keyboard goes where it is wanted at once
    signs.py        the signs for a person's state
    dressed.py      words whose colours are roles of the theme
    palette.py      a theme as rich styles
    text.py         text into cells
"""
