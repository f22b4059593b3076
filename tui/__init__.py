"""The terminal: the command line, the app, and the one place that knows all parts.

    main.py      the console script: arguments in, exit status out
    cli.py       what can be typed, and nothing else
    cli_tools.py the commands that are no meetings
    parser.py    what reads them
    typed.py     what can be judged from its text alone
    haste.py     what waits until something is on the screen
    config/      settings: what can be set, and where it was set
    compose/     the composition root, which joins network, media and screen; nothing else here imports net or media

    app.py       the app of one meeting
    shell.py     what every app of ours is: dressed in our themes, on the safe driver
    terminal/    the terminal itself: what it sends, how far behind it is, and how it is left
    actions/     what a person can do, as data; keys, help and palette are made from it
    deeds/       what is done for each of them
    attention.py what somebody who looks elsewhere is told
    holding.py   hold-to-talk
    intents.py   what a person asked for, carried to the controller
    switches.py  keys that switch on and off, pressed while what they switch is changing
    person_intents.py  the same about one other person
    right_intents.py   the same where only those can do it who may
    messages.py  what the composition root posts to the app
    model.py     what the screens draw, as plain values
    linear/      a meeting as lines of text, for screen readers and terminals that can do no more
    screens/     the screens
    widgets/     the panes and what they are made of

Screens and widgets are handed values and send intents. `incog --help` loads nothing heavy: every import of a
framework is late.
"""
