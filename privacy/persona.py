"""The pseudonym worn in one meeting."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final

from privacy.text import neutralise

MAX_ALIAS: Final = 40  # characters
COLOURS: Final = 8
SEED_BYTES: Final = 16
RANDOM_BYTES: Final = 32  # what `fresh` and `named` want; every part of a persona is drawn from bytes of its own


@dataclass(frozen=True, slots=True)
class Persona:
    """The pseudonym worn in one meeting, and all that belongs to it. Nothing in it comes from the machine."""

    alias: str  # the only name that can leave
    colour: int  # 0 to 7
    seed: bytes = field(repr=False)  # 16 bytes, for the voice mask
    id: str  # 16 hex characters

    def __post_init__(self) -> None:
        """Raise `ValueError` with one sentence when a part has not its shape."""
        if check_alias(self.alias) != self.alias:
            raise ValueError("The alias of a persona must be in its checked form.")
        if not 0 <= self.colour < COLOURS:
            raise ValueError("The colour of a persona must be a number from 0 to 7.")
        if len(self.seed) != SEED_BYTES:
            raise ValueError("The seed of a persona must be 16 bytes.")
        if len(self.id) != 16 or not set(self.id) <= set("0123456789abcdef"):
            raise ValueError("The id of a persona must be 16 hexadecimal characters.")


def fresh(random: bytes) -> Persona:
    """A persona nobody has worn: everything drawn from `random`, at least 32 bytes of it.

    Raises `ValueError` when there are too few.
    """
    _enough(random)
    return named(f"{FIRST[random[0] % len(FIRST)]} {SECOND[random[1] % len(SECOND)]}", random)


def named(alias: str, random: bytes) -> Persona:
    """A persona with this alias, and everything else drawn from `random`, at least 32 bytes of it.

    Raises `ValueError` when there are too few bytes, or the alias cannot be worn.
    """
    _enough(random)
    return Persona(check_alias(alias), random[2] % COLOURS, random[3:19], random[19:27].hex())


def check_alias(text: str) -> str:
    """The alias in the form in which it will be shown: NFC, without spaces around it.

    Raises `ValueError` with one sentence for a person when it is empty, longer than 40 characters, or holds what others
    would not see as it is: control, bidirectional and invisible characters, odd spaces, heaps of accents.
    """
    alias = unicodedata.normalize("NFC", text[: 4 * MAX_ALIAS]).strip(" ")
    if not alias:
        raise ValueError("An alias cannot be empty; give at least one visible character.")
    if len(alias) > MAX_ALIAS:
        raise ValueError(f"An alias has at most {MAX_ALIAS} characters; choose a shorter one.")
    for character in alias:
        category, direction = unicodedata.category(character), unicodedata.bidirectional(character)
        if category in ("Cc", "Zl", "Zp"):
            raise ValueError("An alias cannot hold control characters or line breaks; remove them.")
        if direction in _BIDI_CONTROLS:
            raise ValueError("An alias cannot hold characters that turn the direction of text; remove them.")
        if category == "Zs" and character not in " \u3000":
            raise ValueError("An alias can hold ordinary spaces only; replace the others.")
    if neutralise(alias, MAX_ALIAS) != alias:
        raise ValueError("An alias cannot hold invisible characters or heaps of accents; remove them.")
    return alias


def dump(persona: Persona) -> str:
    """The persona as one line of JSON, for the keyring."""
    import json  # most personas are never kept

    return json.dumps(
        {"v": 1, "alias": persona.alias, "colour": persona.colour, "seed": persona.seed.hex(), "id": persona.id},
        ensure_ascii=True,
        separators=(",", ":"),
    )


def load(text: str) -> Persona:
    """The persona that `dump` wrote. Raises `ValueError` with one sentence for anything else."""
    import json

    wrong = ValueError("The kept persona cannot be read; forget it and make a new one.")
    if len(text) > 1000:
        raise wrong
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise wrong from None
    match value:
        case {"v": 1, "alias": str(alias), "colour": int(colour), "seed": str(seed), "id": str(identity)} if (
            len(value) == 5 and not isinstance(colour, bool) and value["v"] is not True
        ):
            try:
                return Persona(alias, colour, bytes.fromhex(seed), identity)
            except ValueError:
                raise wrong from None
    raise wrong


def _enough(random: bytes) -> None:
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"A persona needs at least {RANDOM_BYTES} random bytes.")


_BIDI_CONTROLS: Final = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})

# 128 words each: an even draw from one random byte. Neutral, and no person's name.
FIRST: Final = tuple(
    """
    Able Agile Airy Amber Ample Azure Balmy Bold Brave Breezy Bright Brisk Bronze Calm Candid Careful Cheerful Clear
    Clever Cloudy Coastal Cobalt Cool Copper Coral Cosy Crisp Curious Dapper Daring Deft Distant Dusky Eager Early
    Earnest Easy Even Fair Fleet Floral Fond Free Fresh Gentle Glad Gleaming Glossy Golden Graceful Grand Grateful Happy
    Hardy Hazy Hearty Helpful Honest Humble Indigo Inland Ivory Jaunty Jolly Joyful Keen Kind Late Leafy Level Light
    Lively Loyal Lucid Lucky Lunar Mellow Merry Mild Mindful Misty Modest Mossy Neat Nimble Noble Northern Open Orderly
    Patient Peaceful Placid Plain Playful Polite Prompt Proud Quick Quiet Rainy Rapid Ready Round Rustic Serene Sharp
    Shining Silent Silver Sincere Sleek Slender Smooth Snowy Soft Solar Southern Speedy Stable Starry Steady Still Sunny
    Tender Tidy Tranquil Vivid Warm
    """.split()
)
SECOND: Final = tuple(
    """
    Alder Almond Anemone Apricot Avocet Azalea Bamboo Barley Beech Birch Bluebell Bracken Bramble Bulrush Bunting
    Buttercup Buzzard Cactus Cedar Chaffinch Cherry Chestnut Chicory Clematis Cormorant Cornflower Cowslip Crane Crocus
    Curlew Cypress Daffodil Dandelion Dipper Dogwood Dove Dunlin Dunnock Edelweiss Egret Eider Elm Falcon Fennel
    Fieldfare Finch Flax Foxglove Fulmar Gannet Gentian Geranium Godwit Goldcrest Goldfinch Goose Gorse Goshawk Grebe
    Greenfinch Grouse Guillemot Gull Harrier Hawfinch Hawthorn Heron Hibiscus Hornbeam Hyacinth Ibis Jackdaw Juniper
    Kestrel Kingfisher Kite Kittiwake Lapwing Larch Larkspur Lavender Lilac Linnet Lotus Lupin Magnolia Magpie Mallard
    Maple Marigold Moorhen Mulberry Nettle Nightjar Nuthatch Oak Orchid Oriole Osprey Owl Parsley Partridge Pelican
    Peony Petrel Pine Pintail Pipit Plover Primrose Puffin Quail Quince Redshank Redstart Redwing Rook Sedge Siskin
    Skylark Snowdrop Sorrel Sparrow Spruce Starling Stork Sunflower Swallow
    """.split()
)
