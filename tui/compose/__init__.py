"""The composition root: it builds a meeting from network, media and screen, and takes it apart again.

The front ends:

    headless.py     without a terminal: lines out, exit status at the end
    interactive.py  with the app
    linear.py       with lines, for screen readers and terminals that can do no more
    teller.py       what they tell of a meeting
    linear_lobby.py the lobby in lines
    front.py        which of the two a person sits at
    front_door.py   the lobby, then one of the others
    afresh.py       the lobby again, in a process without anything of the meeting
    demo.py         a meeting on this machine alone
    cast.py         its made-up participants, in processes of their own

The lobby:

    lobby_desk.py   the draft of a meeting, and what is found out about it in the background
    mirror.py       whom one will be
    prospect.py     what joining would tell, as it is found out there
    trying.py       devices that are chosen, and open only while they are tried
    recognise.py    a meeting's link in whatever was pasted
    kinds.py        what is so of all meetings of a kind
    giving.py       what is given there of what a room may ask for
    recent.py       the meetings that were joined lately, in the keyring

One meeting:

    settings.py     what was asked for, with every default decided
    asked.py        what a room asks for: PIN, secret, token
    ice.py          which servers and addresses it uses
    foretell.py     what would be told if it were joined now
    assemble.py     from settings to a session that is ready to join
    services.py     which room belongs to a link
    disguise.py     the persona and the text firewall
    identity.py     what this machine knows of its owner, so that none of it leaves
    ground.py       clock, ledger, guard, witness, loop
    sitting.py      one run of it under one persona or several, whatever a person sees it by
    session.py      the meeting itself, whatever front end it has
    sending.py      what it sends
    shapes.py       what it needs of room and media
    linkage.py      what ties it to earlier ones
    persons.py      what a person can do about one other person
    rights.py       what only those can do who may
    voices.py       who speaks
    summing.py      what there was, when it is over
    watching.py     whose pictures are asked for, where that can be chosen
    inspection.py   what is known of one participant
    controller.py   what a person can do on the screen, carried out by the session

What it tells:

    happenings.py   what a session tells besides the room's events
    alarms.py       what a person may want to act on
    unseen.py       those of them that nobody has seen yet
    roster.py       who is here, and who was
    news.py         what is new in the ledger
    mailbox.py      the bounded queue to the front end
    lines.py        happenings as JSON objects and as sentences
    crowd.py        the rows of the people, made anew only where something changed
    view.py         one look at a session for the screens
    quality.py      how the connections are doing, in words
    browser.py      a link opened outside, for a person who was asked
    receipts.py     what it told whom, written to a file
    files.py        files of one's own
    explain.py      errors as exit status and sentence

Other commands:

    tools.py        the rendezvous alone, and devices
    credentials.py  what is kept in the keyring on request
    doctor.py       what works here and what is missing
    wardrobe.py     the themes there are, and the one to wear
    configuration.py  the settings and their file, and completions for shells
    keys.py         the keys that a person chose, laid over the table of actions

With main.py this is the only place that imports net and media.
"""
