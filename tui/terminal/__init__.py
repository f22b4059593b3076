"""The terminal itself: what it sends, what is written to it, and how it is left.

    gate.py      what the terminal sends, cut into whole sequences; a paste or a reply never falls apart into keys
    keys.py      which key a sequence means, and whether it was pressed, repeated or released
    parser.py    sequences to messages; answers of the terminal are read here and go no further
    messages.py  what the driver posts to the app
    app.py       what every app of ours knows about its terminal
    driver.py    Textual's driver with all that, a count of what waits to be written, and a clean end
    hold.py      hold-to-talk: when holding a key begins and ends
    jobs.py      stopping as a shell knows it, and whether there is one
    fit.py       whether the screen can be shown here, or lines are what fits
    manners.py   how the terminal is to be treated, as a person chose
    notify.py    the bell, notifications of the desktop, and the title of the window
    colours.py   how many colours there are, and text reduced to that many

Most of what a terminal sends looks like keys to a parser that does not know it: Textual reads the answers to questions
as keys, ends a paste at the first ESC in it, and fails at a key that says that it was released. Keys of ours unmute and
leave, so here nothing becomes a key but what is known to be one.
"""
