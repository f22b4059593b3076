"""What is done for each action of `tui.actions`: one method for each row, under the row's id.

    desk.py      what every deed may use: the meeting as it is, its screen, dialogs, notices
    deed.py      what the groups share, and how a row finds its method
    talk.py      what others hear and see
    look.py      what is looked at
    people.py    what is done about the person who is chosen
    comparing.py comparing the code with them
    chat.py      writing and reading
    meeting.py   the meeting itself, and leaving it
    table.py     all of them by id

A deed asks the controller through `tui.intents`, or changes what is looked at; the meeting itself it does not change.
"""
