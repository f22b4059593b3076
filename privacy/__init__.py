"""The heart of incog: what others can know about you, as pure values.

    facts.py    the words: audience, fact, evidence, disclosure, withheld
    ledger.py   the fold of all disclosures: who knows what now, since when, how often told
    persona.py  the pseudonym worn in one meeting
    text.py     what a stranger's text may do on this screen: nothing

Nothing here does I/O or reads a clock; times and random bytes come in as arguments.
"""
