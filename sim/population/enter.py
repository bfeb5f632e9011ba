"""How a prospect comes into the category: won by advertising, by a first-purchase deal, or by a friend.

Prospects hold places of the market (`alive` is -1) and have friends, but no traits yet: these are drawn when they
enter, for whom they were won (see `bear`).
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic import F32, HALF, I32, ONE, ZERO, exp, scalar
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import Tally
from sim.population.columns import BASKET, HAPPENED
from sim.population.hear import cell
from sim.population.moments import ENTERED_MARKET, Origin
from sim.population.talk import REFERRAL, WARNING, spoken_firm, spoken_kind
from sim.population.traits import bear
from sim.rules.acquisition import deal_chance
from sim.rules.referral import conversion_chance
from sim.rules.word_of_mouth import chance_to_hear

_ENTRY = U32(Stream.ENTRY)
_FRIENDS = 16
_CENTS = F32(100.0)
_ADVERTISING, _DEAL = I32(Origin.ADVERTISING), I32(Origin.DEAL)
_REFERRAL, _PRAISE = I32(Origin.REFERRAL), I32(Origin.PRAISE)


@scalar
def won_by(customer, seg, segments, outreach, circle, rules, context, tally):
    """How and for which firm a prospect is won this week: origin + 8 x firm; 0 when she is not."""
    firms = outreach.acts.size
    won = I32(0)
    for f in range(firms):
        if outreach.acts[f] == 1:
            a, b, _, _ = philox(customer, U32(context.week), _ENTRY, U32(f), context.seed, context.replicate)
            t = cell(seg, firms, f, 0)
            advert, deal = outreach.ad_reach[f], outreach.deal_reach[f]
            tally[t + Tally.ADVERTS] += 1 if unit(a) < advert else 0
            tally[t + Tally.DEALS] += 1 if unit(b) < deal else 0
            # The draw that reaches her is uniform below the reach: it decides the rest too.
            if won == 0 and unit(a) < advert * rules.acquisition.advertising:
                won = _ADVERTISING + I32(8 * f)
            elif won == 0 and unit(b) < deal * deal_chance(outreach.deal_depth[f], rules.acquisition):
                won = _DEAL + I32(8 * f)
    if circle.friends.size > 0:
        basket = exp(
            segments.basket_log_mean[seg] + HALF * segments.basket_sigma[seg] * segments.basket_sigma[seg]
        )
        for i in range(circle.start[customer], circle.start[customer + 1]):
            friend = circle.friends[i]
            message = circle.said[friend]
            kind = spoken_kind(message)
            if kind != 0 and kind != WARNING:
                f = spoken_firm(message)
                k = U32(_FRIENDS + i - circle.start[customer])
                a, b, _, _ = philox(customer, U32(context.week), _ENTRY, k, context.seed, context.replicate)
                referred = kind == REFERRAL
                audience = ONE if referred else rules.word_of_mouth.good_audience
                friends_of_friend = F32(circle.start[friend + 1] - circle.start[friend])
                if unit(a) < chance_to_hear(audience, friends_of_friend):
                    tally[cell(seg, firms, f, 0) + Tally.PRAISE_HEARD] += 0 if referred else 1
                    worth = outreach.friend_reward[f] / basket
                    chance = (
                        conversion_chance(worth, rules.referral) if referred else rules.word_of_mouth.outright
                    )
                    if won == 0 and unit(b) < chance:
                        won = (_REFERRAL if referred else _PRAISE) + I32(8) * f
    return won


@scalar
def enter(
    reals, wholes, j, customer, seg, segments, posted, outreach, circle, programmes, rules, context, tally
):  # fmt: skip
    """A prospect may become a customer of the category; returns whether she did."""
    won = won_by(customer, seg, segments, outreach, circle, rules, context, tally)
    if won == 0:
        return False
    origin, f = won & I32(7), won >> 3
    by_friend = (origin == _REFERRAL) | (origin == _PRAISE)
    similarity = rules.referral.similarity if by_friend else rules.acquisition.ad_similarity
    # Who came for a deal came for the deal.
    similarity = ZERO if origin == _DEAL else similarity
    ratio = rules.acquisition.deal_sensitivity if origin == _DEAL else ONE
    bear(
        reals, wholes, j, customer, U32(context.week + 1), context.week, seg, segments, posted, rules, programmes,
        origin, f, similarity, ratio, context.seed, context.replicate,
    )  # fmt: skip
    wholes[HAPPENED, j] |= I32(ENTERED_MARKET)
    t = cell(seg, outreach.acts.size, f, 0)
    tally[t + Tally.ACQUIRED_BY_ADVERTISING] += 1 if origin == _ADVERTISING else 0
    tally[t + Tally.ACQUIRED_BY_DEAL] += 1 if origin == _DEAL else 0
    tally[t + Tally.ACQUIRED_BY_REFERRAL] += 1 if origin == _REFERRAL else 0
    tally[t + Tally.ACQUIRED_BY_PRAISE] += 1 if origin == _PRAISE else 0
    if origin == _DEAL:
        worth = np.floor(reals[BASKET, j] * outreach.deal_depth[f] * _CENTS + HALF)
        tally[t + Tally.DEAL_CENTS] += np.int64(worth)
    return True
