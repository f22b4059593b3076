"""The terminal: the command line, the app, and the one place that knows all parts.

    main.py    the console script: arguments in, exit status out
    compose/   the composition root, which joins network, media and screen; nothing else here imports net or media
    model.py   what the screens draw, as plain values
    app.py     the Textual app
    screens/   the screens
    widgets/   the panes and what they are made of

Screens and widgets are handed values and send intents. `incog --help` loads nothing heavy: every import of a
framework is late.
"""
