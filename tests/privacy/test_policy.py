"""What may be told: what was foreseen, and nothing more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from privacy.facts import Audience, Fact
from privacy.policy import BY_VALUE, Policy

tellings = st.tuples(st.sampled_from(list(Fact)), st.text(max_size=3), st.sampled_from(list(Audience)))


def test_nothing_may_be_told_at_first():
    policy = Policy()
    assert "display name" in policy.objection([(Fact.NAME, "Quiet Heron", Audience.PARTICIPANTS)])
    assert not policy.may(Fact.NAME, Audience.PARTICIPANTS)


def test_another_audience_is_another_disclosure():
    policy = Policy([(Fact.NAME, "Quiet Heron", Audience.PARTICIPANTS)])
    assert policy.may(Fact.NAME, Audience.PARTICIPANTS)
    assert not policy.objection([(Fact.NAME, "Quiet Heron", Audience.PARTICIPANTS)])
    assert "operator" in policy.objection([(Fact.NAME, "Quiet Heron", Audience.OPERATOR)])


def test_another_name_or_address_is_another_disclosure_and_is_not_repeated():
    policy = Policy([(Fact.NAME, "Quiet Heron", Audience.PARTICIPANTS)])
    sentence = policy.objection([(Fact.NAME, "somebody's login", Audience.PARTICIPANTS)])
    assert "another display name" in sentence
    assert "login" not in sentence


def test_what_was_switched_on_may_be_told():
    policy = Policy()
    assert policy.objection([(Fact.VOICE, "your voice", Audience.PARTICIPANTS)])
    policy.allow([(Fact.VOICE, "your voice", Audience.PARTICIPANTS)])
    assert not policy.objection([(Fact.VOICE, "in other words", Audience.PARTICIPANTS)])


@given(st.lists(tellings), st.lists(tellings))
def test_what_was_foreseen_passes_and_nothing_else_does(foreseen, told):
    policy = Policy(foreseen)
    assert not policy.objection(foreseen)
    known = {(fact, audience) for fact, _, audience in foreseen}
    values = {(fact, value) for fact, value, _ in foreseen}
    outside = [t for t in told if (t[0], t[2]) not in known or (t[0] in BY_VALUE and t[:2] not in values)]
    assert bool(policy.objection(told)) == bool(outside)
