"""The heart of incog: what others can know about you, as pure values.

    facts.py        the words: audience, fact, evidence, disclosure, withheld
    ledger.py       the fold of all disclosures: who knows what now, since when, how often told
    policy.py       what may be told to whom
    persona.py      the pseudonym worn in one meeting
    linkability.py  what ties a meeting to earlier ones, and the marks that are kept to know it
    receipt.py      what a meeting told whom, as a text that shows when it was altered
    redaction.py    what a receipt may hold of others
    text.py         what a stranger's text may do on this screen: nothing; which names look alike
    machines.py     who is a recorder, note-taker or bot, as far as a name shows it
    firewall.py     finds what names you in texts that are about to leave, in any spelling and encoding
    identifiers.py  what could name you, and the spellings to look for
    ordinary.py     identifiers too ordinary to be looked for everywhere
    unwrap.py       a text in all its readings: base64, hexadecimal, URL and JSON escapes undone

Nothing here does I/O or reads a clock; times and random bytes come in as arguments.
"""
