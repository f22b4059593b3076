"""The screens. Each is a function of the values it is given, and answers with intents.

    lobby.py    where to go, as whom, and by which devices, when incog is started without a command
    lobby_look.py    what it shows, as values
    lobby_deeds.py   what a person can do there
    lobby_form.py    its settings, a line for each
    lobby_words.py   what it says
    lobby_parts.py   its lines, and what stands over and under them
    lobby_side.py    what stands beside them
    lobby_asks.py    what it asks by dialogs
    lobby_recent.py  the recent meetings, to choose or to forget
    lobby_app.py     the app around it
    before.py   before joining: who would learn what, and whom it would contact
    asked.py    the server asks for a PIN or a token
    waiting.py  joining, and the end
    meeting.py  stage, people, disclosure panel and chat, under a status that is always there
    person.py   one participant: what is known of them, what can be done, the code to compare
    rights.py   the question before somebody is removed, and another alias
    dialog.py   what all dialogs share
    warnings.py what a person may want to act on
    choice.py   a dialog that chooses one of several things
    devices.py  microphone, speaker and camera
    talking.py  when one is heard
    links.py    links in the chat, and the question before one is opened
    dialogs.py  evidence, help, invitation, and the question before leaving

None does any I/O.
"""
