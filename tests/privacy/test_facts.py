from __future__ import annotations

from privacy.facts import LIVE_FACTS, Fact
from privacy.ledger import GRACE


def test_what_is_true_only_while_told_has_a_grace_and_nothing_else_has():
    assert set(GRACE) == LIVE_FACTS
    assert all(0 < grace < 30 for grace in GRACE.values())


def test_every_fact_reads_as_words():
    assert all(str(fact) == fact.value and fact.value.islower() for fact in Fact)
