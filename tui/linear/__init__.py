"""A meeting as lines of text: for screen readers, for terminals that can do no more, and for slow lines.

    lines.py     what one line is, and how it is broken so that nobody's text passes for another's
    outlet.py    where lines are written; a slow terminal holds nothing up
    typed.py     what was typed, and what came together as only a paste does
    intake.py    where it is read
    commands.py  every command as data, and the actions that lines do not have
    calm.py      many things at once, told as one
    news.py      what changed between two looks at the meeting
    who.py       who is meant by a part of a name
    answers.py   what is answered: the meeting's state, the people, who knows what
    before.py    the lobby, and what joining would tell
    desk.py      what every deed may use
    talking.py   deeds: what others hear and see
    persons.py   deeds: the people
    looking.py   deeds: who knows what, warnings, help
    chatting.py  deeds: writing and reading
    leaving.py   deeds: the invitation, another persona, receipts, the way out
    doing.py     a line that was typed, taken to its deed

Pure but for outlet and intake. No byte of an escape sequence is ever written.
"""
