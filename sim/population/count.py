"""What is counted at the end of a week, by firm and membership."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.arithmetic import F32, I32, normal_quantile
from sim.draws import U32, Stream, philox, unit
from sim.measures.tally import INDEX_SCALE, TALLIES, Tally
from sim.population.scratch import U_CHOICE
from sim.rules.lapse import is_active, lapses_now
from sim.rules.points import LOTS
from sim.rules.survey import answer

_SURVEY = U32(Stream.SURVEY)
_FIXED = F32(INDEX_SCALE)


@njit(error_model="numpy")
def count_stocks(s, reals, wholes, customer0, size, seg, firms, programme_of, context, tally):
    """How many are active, members, satisfied at the end of the week, by firm and membership."""
    if context.survey == 1:
        for j in range(size):
            a, _, _, _ = philox(
                U32(customer0 + j), U32(context.week), _SURVEY, U32(0), context.seed, context.replicate
            )
            s[U_CHOICE + j] = normal_quantile(unit(a))
    for f in range(firms):
        last = wholes[4 + f]
        p = programme_of[f]
        since = wholes[4 + firms + 7 * p] if p >= 0 else wholes[2]
        satisfaction = reals[6 + 2 * firms + f]
        expectation = reals[6 + firms + f]
        attachment = reals[6 + 3 * firms + f]
        alive = wholes[0]
        active, active_members, members, lapsed, lapsed_members = 0, 0, 0, 0, 0
        happy, happy_members, expects, expects_members = 0, 0, 0, 0
        bond, bond_members = 0, 0
        for j in range(size):
            on = is_active(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
            belongs = (since[j] >= 0) & (p >= 0)
            active += on
            active_members += on & belongs
            members += belongs
            gone = lapses_now(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
            lapsed += gone
            lapsed_members += gone & belongs
        for j in range(size):
            on = is_active(context.week, last[j], context.lapse_weeks) & (alive[j] == 1)
            mine = on & (since[j] >= 0) & (p >= 0)
            x = I32(satisfaction[j] * _FIXED)
            y = I32(expectation[j] * _FIXED)
            z = I32(attachment[j] * _FIXED)
            happy += x if on else 0
            happy_members += x if mine else 0
            expects += y if on else 0
            expects_members += y if mine else 0
            bond += z if on else 0
            bond_members += z if mine else 0
        t = (seg * firms + f) * 2 * TALLIES
        tm = t + TALLIES
        tally[tm + Tally.ACTIVE] += active_members
        tally[t + Tally.ACTIVE] += active - active_members
        tally[tm + Tally.MEMBERS] += members
        tally[tm + Tally.LAPSED] += lapsed_members
        tally[t + Tally.LAPSED] += lapsed - lapsed_members
        tally[tm + Tally.SATISFACTION] += happy_members
        tally[t + Tally.SATISFACTION] += happy - happy_members
        tally[tm + Tally.EXPECTATION] += expects_members
        tally[t + Tally.EXPECTATION] += expects - expects_members
        tally[tm + Tally.ATTACHMENT] += bond_members
        tally[t + Tally.ATTACHMENT] += bond - bond_members
        if p >= 0:
            first = 4 + firms + 7 * p
            points, stamps = np.int64(0), np.int64(0)
            for r in range(LOTS):
                lot = wholes[first + 2 + r]
                for j in range(size):
                    points += lot[j]
            card = wholes[first + 1]
            for j in range(size):
                stamps += card[j]
            tally[tm + Tally.POINTS_BALANCE] += points
            tally[tm + Tally.STAMPS_BALANCE] += stamps
        if context.survey == 1:
            for j in range(size):
                if is_active(context.week, last[j], context.lapse_weeks) and alive[j] == 1:
                    member = 1 if p >= 0 and since[j] >= 0 else 0
                    mark = answer(satisfaction[j], attachment[j], s[U_CHOICE + j])
                    at = t + member * TALLIES
                    tally[at + Tally.ASKED] += 1
                    tally[at + Tally.PROMOTERS] += mark >= 9
                    tally[at + Tally.DETRACTORS] += mark <= 6
