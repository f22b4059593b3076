"""Sound and pictures: from devices, files and synthesis to encoded streams, and from decoded frames to ears and cells.

The map, from the outside in:

* `engine`: the composition of everything below; what the rest of the program uses. What a person changes is in its
  parts: `choosing` (devices, at any time), `talk` (when we are heard), `people` (how each is heard and seen here).
* `trial`: microphone, camera and speaker tried before a meeting, and nothing sent.
* Outwards, sound: `sources` (which source a word on the command line means), `microphone`, `sound_file`, `tone`,
  `babble` (a made-up voice) → `voice` (the mute gate, one encoding, many receivers) with `activation` (only speech
  passes), `opus`, `gate` and `fanout`.
* Outwards, pictures: `sources`, `camera` and `screen` (by `grab`), `picture_file`, `pattern` → `picture_sender` with
  `gate` and `fanout`; `reader` is the thread that reads cameras, screens and films.
* Inwards, sound: `mono` (any frame to mono) → `lane` (one person's queue; `conceal` fills its holes) →
  `mixer` → `playback` → `speaker`, `wav`; `level` is loudness for the eye.
* Inwards, pictures: `wall` (the newest picture of each person) → `pictures` (to terminal cells) with `sgr`.
* `analysis`: what was heard and seen of each person, in numbers, for scripts and tests.
* The ground: `devices` (PortAudio, loaded late and kept local) with `device_stream` and `ring_device`, `pulse` (the
  sound server's own list) with `pulse_watch` (keeps our streams where they belong), `local_file` (nothing but regular
  files is opened), `ring` (between a PortAudio callback and the loop), `seed`, `timing`, `tasks`, `threads` (what each
  thread does first), `stderr` (C libraries that would write on the screen) and `errors`.

Rules: every queue has a bound and a rule for what is dropped; a device is open only while it is used; libraries that
can speak to the network are given files, devices and memory, never an address; a missing device is a sentence to show,
not a failure.
"""

import os

# numpy's linear algebra starts a thread for every core when it is loaded, and they spin for a while: half of the
# processor time of importing it, for matrices of a size that nothing here has. It reads this once, when imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
