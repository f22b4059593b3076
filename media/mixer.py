"""All voices into one: a lane each, gains, a soft limit. Everything on the event loop."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from media.lane import Lane
from media.level import SILENCE_DB, Level, Meter, power_db
from media.timing import BLOCK, Samples

MOST_PEOPLE = 64
_KNEE = 0.7  # of full scale: below, the mix is untouched; above, it bends towards full scale without ever clipping


class Mixer:
    """Mixes what was pushed when it is pulled."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        self._meters: dict[str, Meter] = {}
        self._gains: dict[str, float] = {}

    def push(self, peer: str, pts: int | None, samples: Samples) -> None:
        """Queue decoded sound of one person (mono, 48 kHz). Past `MOST_PEOPLE`, new ones are not heard."""
        lane = self._lanes.get(peer)
        if lane is None:
            if len(self._lanes) >= MOST_PEOPLE:
                return
            lane = self._lanes[peer] = Lane()
            self._meters[peer] = Meter()
        lane.push(pts, samples)

    def remove(self, peer: str) -> None:
        """Forget a person."""
        self._lanes.pop(peer, None)
        self._meters.pop(peer, None)

    def set_gain(self, peer: str, gain: float) -> None:
        """How loud somebody is for us: 0 is silent, 1 unchanged, at most 4. It outlasts their sound."""
        gain = min(4.0, max(0.0, gain))
        if gain == 1.0:
            self._gains.pop(peer, None)
        else:
            self._gains[peer] = gain

    def pull(self, count: int = BLOCK) -> Samples:
        """The next `count` samples of everybody together."""
        talking: list[tuple[str, Samples]] = []
        for peer, lane in self._lanes.items():
            block = lane.take(count)
            if block is None:
                self._meters[peer].follow(SILENCE_DB)
            else:
                talking.append((peer, block))
        if not talking:
            return np.zeros(count, dtype=np.int16)
        # everybody in one step: with many people most of the time would go to calls for one of them
        blocks = np.empty((len(talking), count), dtype=np.float32)
        for row, (_, block) in enumerate(talking):
            blocks[row] = block
        powers = np.einsum("ij,ij->i", blocks, blocks) / count
        for (peer, _), power in zip(talking, powers.tolist(), strict=True):
            self._meters[peer].follow(power_db(power))
        gains = np.array([self._gains.get(peer, 1.0) / 32768 for peer, _ in talking], dtype=np.float32)
        return soft_limit(gains @ blocks)

    def levels(self) -> Mapping[str, Level]:
        """How loud everybody is in what was pulled last, before gains."""
        return {peer: meter.now for peer, meter in self._meters.items()}


def soft_limit(mix: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Samples:
    """Full scale 1 to int16. Quiet sound passes exactly; loud sound is bent below full scale."""
    size = np.abs(mix)
    if float(size.max(initial=0.0)) > _KNEE:
        room = 1 - _KNEE
        bent = _KNEE + room * np.tanh((size - _KNEE) / room)
        mix = np.where(size > _KNEE, np.copysign(bent, mix), mix)
    return np.rint(mix * 32767).astype(np.int16)
