"""The screens. Each is a function of the values it is given, and answers with intents.

    lobby.py    who to be and where to go, when incog is started without a command
    before.py   before joining: who would learn what, and whom it would contact
    waiting.py  joining, and the end
    meeting.py  stage, people, disclosure panel and chat, under a status that is always there
    person.py   one participant: what is known of them, what can be done, the code to compare
    dialog.py   what all dialogs share
    warnings.py what a person may want to act on
    choice.py   a dialog that chooses one of several things
    devices.py  microphone, speaker and camera
    talking.py  when one is heard
    links.py    links in the chat, and the question before one is opened
    dialogs.py  evidence, help, invitation, and the question before leaving

None does any I/O.
"""
