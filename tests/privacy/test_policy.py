"""What may be told: what was foreseen, and nothing more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from privacy.facts import Audience, Fact
from privacy.policy import BY_VALUE, OPEN, Policy

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


def test_a_value_for_one_audience_is_not_one_for_another():
    home = (Fact.ADDRESS, "192.0.2.7", Audience.RELAY)
    policy = Policy([home, (Fact.ADDRESS, "the relay's", Audience.PARTICIPANTS)])
    assert not policy.objection([home])
    assert policy.objection([(*home[:2], Audience.PARTICIPANTS)])


def test_exactly_means_every_value_but_those_that_nobody_knows_beforehand():
    policy = Policy([(fact, "shown", Audience.NETWORK) for fact in Fact])
    for fact in Fact:
        other = [(fact, "another", Audience.NETWORK)]
        assert bool(policy.objection(other)) == (fact in BY_VALUE)
        assert bool(policy.objection(other, exactly=True)) == (fact not in OPEN)


def test_what_words_stood_for_may_be_told_to_whom_the_words_may():
    policy = Policy([(Fact.ADDRESS, "in words", Audience.RELAY), (Fact.NAME, "in words", Audience.NETWORK)])
    policy.likewise(Fact.ADDRESS, "in words", "192.0.2.7")
    policy.likewise(Fact.ADDRESS, "not shown", "192.0.2.8")
    assert not policy.objection([(Fact.ADDRESS, "192.0.2.7", Audience.RELAY)])
    assert policy.objection([(Fact.ADDRESS, "192.0.2.7", Audience.NETWORK)])
    assert policy.objection([(Fact.ADDRESS, "192.0.2.8", Audience.RELAY)])
    assert policy.objection([(Fact.NAME, "192.0.2.7", Audience.NETWORK)])


def test_of_chat_no_text_is_kept():
    policy = Policy([(Fact.CHAT, "good day", Audience.PARTICIPANTS)])
    assert not policy.objection([(Fact.CHAT, "something else", Audience.PARTICIPANTS)])
    assert policy.objection([(Fact.CHAT, "good day", Audience.PARTICIPANTS)], exactly=True)


@given(st.lists(tellings), st.lists(tellings))
def test_what_was_foreseen_passes_and_nothing_else_does(foreseen, told):
    policy = Policy(foreseen)
    assert not policy.objection(foreseen)
    known = {(fact, audience) for fact, _, audience in foreseen}
    outside = [t for t in told if (t[0], t[2]) not in known or (t[0] in BY_VALUE and t not in foreseen)]
    assert bool(policy.objection(told)) == bool(outside)
