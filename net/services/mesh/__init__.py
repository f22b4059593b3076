"""`mesh`, incog's own kind of meeting: everybody is connected with everybody, and a rendezvous introduces them.

The map, from the outside in (the protocol in prose is in `docs/mesh.md`):

* `link` reads and writes invitation links; `hosts` and `ice` check the host names and ICE servers in them.
* `wire` has every message as a frozen dataclass: to the rendezvous, sealed between peers, over a data channel.
  `strict` is the bounded JSON reader beneath it.
* `sealing` derives the keys from the link's secret and seals what the rendezvous carries.
* `conversation` is one participant: messages in; `actions` out. `lobby` is its view of the rendezvous, `peers` the
  state machine of each other participant, `channels` what happens over their data channels, `outbox` collects actions.
* `rendezvous` is the server, equally without I/O; `pace` is the token bucket that both use.

Nothing here does I/O or reads a clock: drivers live in `net`.
"""
