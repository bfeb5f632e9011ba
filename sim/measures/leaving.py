"""Leaving for good, why, and coming back; contracts renewed; purchases that change hands.

A defection: a customer stops considering the firm, of her own will or not. Who merely buys less, or has not bought
for a while, has not defected; `churn` counts those too. Who comes back and leaves again has defected twice.
"""

from __future__ import annotations

from sim.measures.record import Record, ratio
from sim.measures.tally import Tally

_CAUSES = tuple(Tally)[Tally.LEFT_PRICE : Tally.LEFT_INVOLUNTARY + 1]


def _defections(record: Record) -> int:
    return sum(record.sum(cause) for cause in _CAUSES)


def _because(record: Record, cause: Tally) -> float:
    return ratio(record.sum(cause), _defections(record))


def defection_rate(record: Record) -> float:
    """Customers who left the firm (no longer consider it, or did not renew a contract), of whatever cause, over
    customer-years (52 weeks at whose end a customer is active), in the measured weeks."""
    return ratio(_defections(record), record.years(Tally.ACTIVE))


def left_for_price(record: Record) -> float:
    """Customers who left the firm for good with the price as the decisive cause, over all who left it, in the
    measured weeks. The eight causes sum to 1; NaN where nobody left."""
    return _because(record, Tally.LEFT_PRICE)


def left_for_inconvenience(record: Record) -> float:
    """Customers who left the firm for good with inconvenience as the decisive cause, over all who left it, in the
    measured weeks."""
    return _because(record, Tally.LEFT_INCONVENIENCE)


def left_for_core_failure(record: Record) -> float:
    """Customers who left the firm for good with a failure of the core service as the decisive cause, over all who
    left it, in the measured weeks."""
    return _because(record, Tally.LEFT_CORE_FAILURE)


def left_for_encounter_failure(record: Record) -> float:
    """Customers who left the firm for good with a failure of the encounter as the decisive cause, over all who
    left it, in the measured weeks."""
    return _because(record, Tally.LEFT_ENCOUNTER_FAILURE)


def left_for_response(record: Record) -> float:
    """Customers who left the firm for good with the firm's response to a complaint as the decisive cause, over
    all who left it, in the measured weeks."""
    return _because(record, Tally.LEFT_RESPONSE)


def left_for_competition(record: Record) -> float:
    """Customers who left the firm for good with better quality elsewhere as the decisive cause, over all who left
    it, in the measured weeks."""
    return _because(record, Tally.LEFT_COMPETITION)


def left_for_ethics(record: Record) -> float:
    """Customers who left the firm for good with broken trust as the decisive cause, over all who left it, in the
    measured weeks."""
    return _because(record, Tally.LEFT_ETHICS)


def left_involuntarily(record: Record) -> float:
    """Customers who left the firm without wanting to (moved, died, a payment failed), over all who left it, in the
    measured weeks."""
    return _because(record, Tally.LEFT_INVOLUNTARY)


def win_back_rate(record: Record) -> float:
    """Customers who consider the firm again for its win-back offer, over offers made to customers who had left it, in
    the measured weeks; NaN where none was made."""
    return ratio(record.sum(Tally.WON_BACK), record.sum(Tally.WIN_BACK_OFFERS))


def renewal_rate(record: Record) -> float:
    """Contracts renewed over contracts renewed or followed by a purchase elsewhere, in the measured weeks; one that
    ended without a purchase since is undecided. NaN where none was decided."""
    renewed = record.sum(Tally.RENEWED)
    return ratio(renewed, renewed + record.sum(Tally.NOT_RENEWED))


def switching_rate(record: Record) -> float:
    """Purchases at the firm by customers whose purchase before was at another firm, over purchases at the firm, in
    the measured weeks."""
    return ratio(record.sum(Tally.SWITCHED), record.sum(Tally.PURCHASES))
