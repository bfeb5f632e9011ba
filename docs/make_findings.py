"""Write docs/findings.md: the published findings that have experiments, run against the behaviour as shipped.

    .venv/bin/python docs/make_findings.py                  8 replicates, some five minutes
    .venv/bin/python docs/make_findings.py --replicates 32

Failures stand first. The parameters that were chosen on these rows are read off their sources.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.rules import Behaviour
from sim.validation import FINDINGS, Verdict, score

HERE = Path(__file__).resolve().parent
REPLICATES = 8
MADE = "<!-- Made by docs/make_findings.py, which runs the experiments; change it there. -->\n"
_ID = r"[A-Z]\d\d[a-z]?"
_CHOSEN = re.compile(rf"\bchosen (?:on|with) ({_ID}(?:, {_ID})*)")

REASONS = {
    "S07a": "Disconfirmation is that of the last purchase alone, and one purchase moves satisfaction by a tenth or"
    " little more (`satisfaction.floor`). In a trial with .3 in place of that .1 the row agreed, and"
    " F14a no longer did.",
    "S07b": "What customers do answers to satisfaction more weakly here than in the meta-analysis. That mixes what"
    " people say they will buy with what they buy, and what is said follows satisfaction more closely. In a trial with"
    " `attachment.weight` 1.4 in place of .8 the row agreed, and M11c and M11e no longer did.",
    "S07c": "Satisfaction moves so slowly that what still shows in it is the half-year before, which expectation was"
    " formed by too; and how a firm suits a customer (`experience.fit`) stays the same. In the trial of S07a this row"
    " agreed as well.",
    "S07d": "Behaviour again: whether somebody complains hangs on one failure, its kind and a draw, not on how"
    " satisfied she has been on the whole, and a yes or no that is rarely yes correlates weakly with anything. The"
    " meta-analysis mixes intentions with behaviour here too. In the trial of S07a this row just agreed.",
    "S12b": "Revenue answers to satisfaction some ten times as strongly as across the stores of the study, whatever"
    " lifts satisfaction: a point of planned quality more moves satisfaction by a third of a point and revenue by some"
    " 3 %, since four chains alike compete for the same customers. Where more customers have a favourite"
    " (`preference_concentration` .5 in place of 2) it is some half of that.",
    "L01a": "A programme of 1 % does too little: two thirds of its pull are that of the goal, and the goal is"
    " small against a basket. In a trial with `programme_value.gradient` 1.4 and `programme_value.salience_half` .2"
    " the row agreed"
    " (9.0), and L01b and L07a with it.",
    "L02a": "As for L01a: small rewards pull little.",
    "L02b": "Membership draws at every purchase alike, so it makes visits denser; nothing in the model makes those"
    " about to leave the chain for good stay because they are members. Of form, not of size.",
    "L05a": "A challenge draws by progress squared, so in the first weeks hardly anybody feels it, and only some half"
    " take it up.",
    "L05b": "What a gift leaves behind is gratitude that has faded after some visits, and who earned it is a minority.",
    "L07a": "Two rules add up here: the pull of the goal, and cards that are forgotten the less the more is on them"
    " (`use.forgetting`, chosen on L09). Without forgetting the row agrees (.21), and L09 does not. A pull of half the"
    " size does not mend it, and then L01a no longer agrees.",
    "L08a": "Progress enters squared, so a head start of a sixth counts for little: see L09.",
    "L09a": "See L09c.",
    "L09b": "The share is that of the frequency of washing, which is set here.",
    "L09c": "A head start of two in ten changes the square of progress by .04 at the start and never by more than .11."
    " No size of the pull that leaves L07a where it is makes this row agree (1.02 at twice the pull): what is missing"
    " is that a card already begun is taken up and kept, where an empty one is thrown away. Of form, not of size.",
    "L13a": "By how much the goals of the study were above the stays before is not known to us; a quarter is. A goal a"
    " quarter above few stays is often reached by chance.",
    "L16a": "Nothing lets members forgive more than others: satisfaction, grievance and trust know of no membership."
    " Of form, not of size.",
    "L17a": "The pull of a programme does not wear off: every card draws like the first."
    " What erodes it is the drift of tastes and rates alone. Of form, not of size.",
    "L19a": "A member price is soon taken for granted, as the price remembered follows what is paid; savers reach the"
    " rewards that are worth most.",
    "L21a": "Membership moves the share of purchases by little, against customers who differ much: see L01a.",
    "L22a": "Who buys is active, as every purchase of a member counts: nobody leaves a card in the drawer. No purchase"
    " rate or ease of joining that was tried gave less than one half. Of form, not of size.",
    "L23a": "Who is away for a year is rare among those who hold many points.",
    "L24a": "Neither group changes its purchases by as much as one in a hundred, and the sign goes now this way,"
    " now that: the pull of the date works only in the last weeks, and only where enough points for a"
    " reward are there; who could shift purchases between shops does not plan to.",
    "L27a": "What a member gets is weighed against the fee in the month of the trial alone, raised to a year.",
    "L27b": "Attachment and habit add to each renewal as much as to the first.",
    "L27c": "Renewal does not learn: who has paid twice renews like one who has paid once, except that the least"
    " content have gone. Of form, not of size.",
    "L27d": "Only who buys much expects more than the fee; and in the study many paid for films and music too.",
    "P06b": "Customers do not look around more because prices are talked about: rivals who match within two weeks leave"
    " nothing to gain by going elsewhere, and the category grows by too little for one more chain. Of form, not of"
    " size.",
    "P07b": "The programme draws too little from what was not bought before to pay for rewards on all that would have"
    " been bought anyway: see L01a.",
    "L30a": "One who bought at a deep cut remembers the price and feels the usual one as a loss.",
}
"""Probable reasons of rows that fail; printed for those that do. Trials: 8 replicates."""

CONTEXT = {
    "S01": "One firm, failures at the default rate. The slope contains `satisfaction.asymmetry`, which is set to the"
    " published ratio, made smaller by the zone of tolerance: short of an echo, not far from one.",
    "S07": "Levels of quality from 71 to 79 and failure rates from 12 to 4 % are set here; with five services alike no"
    " correlation moves by more than .02. The published values are recalled, not seen.",
    "S12": "The size of S12a contains `staffing.impression`, which is the published number, made smaller by what"
    " customers make of quality: an echo. Impression is taken to be satisfaction.",
    "F01": "Ten providers, all used, five purchases a week among them, failures at the default rate of 1 %; severe is a"
    " major failure, or minor ones soon after each other. The row says that failures at that rate come to what"
    " households report, no more.",
    "F02": "F02a is a mix of F02b and F02c at 60 % core failures, and near an echo for that reason.",
    "F03": "What is compared is stated intention four weeks on, a reading that nothing in the market acts on and that"
    " has constants of its own ([intention](../sim/rules/intention.py)). Whose complaint is answered, and when, is"
    " left to a desk with too few hands.",
    "F08": "Card payments fail at .4 % a week, which is set here; the share follows from that and from how many do not"
    " renew.",
    "F14": "No reward. Three places in four are prospects. F14b is `referral.willing` × `refers`, both from this"
    " source: an echo by the definition above, up to the share of customers who are content.",
    "L01": "Seven grocers alike. The effect is that on customers who would have joined, half of them enrolled by lot,"
    " which is what the study estimates; drawn by lot among all customers, most of whom hardly shop there, it is a"
    " third of that.",
    "L02": "Three chains; who is away for the last half-year has left with the last visit. Drift of tastes is the"
    " only attrition there is.",
    "L05": "Four grocers; all customers hold the card and know of the gift, worth 12 at a mean basket of 30.",
    "L06": "Seven grocers of whom three belong to it, .5 % back, joined at will.",
    "L07": "Three cafés, 1.9 cups a week at the one with the card. A market lives by weeks; purchases of a week are"
    " spread evenly over it. Without any pull the row is -.05, as thanks for a reward hasten the first"
    " stamps of the next card;"
    " where cards that were never filled are counted too it is .06.",
    "L09": "Washes at the rate of ten a year, at three car washes, with cards to be shown; the rate decides how many"
    " cards are filled. Cards"
    " are handed out, and stamped, at a wash.",
    "L12": "Better service at two levels; frequency reward of 6 %; all are members.",
    "L13": "Four hotel chains; a challenge has one goal for all, so there is a world for every goal, and each customer"
    " is read in the one with hers.",
    "L16": "Failures are raised from 1 to 10 % for a quarter, with the same draws for members and others.",
    "L19": "Both give 2 % back, the progressive menu 1.5 to 2.5 %; joined at will.",
    "L21": "Four firms; five kinds of programme.",
    "L22": "Ten retailers, five purchases a year among them, no effort of joining, cards to be shown; active: points"
    " earned within a year.",
    "L23": "Five shops of whom three belong to it; 2,000 in sales for a reward of 20; 6 % a year leave the category.",
    "L27": "Three shops; members pay 8 % less, the worth of free delivery; the fee is 7 % of what they spend.",
    "L30": "Four catalogues; the cut lasts four weeks and is for all, so that first-time and established customers get"
    " the same.",
    "P01": "Shares of eight brands as in M07. A rise of 10 % costs more than a cut gains: losses weigh more.",
    "P03": "`price.loss_aversion` is 1.6, from the same sources: an echo. The estimate lies above it, since attachment"
    " and tastes that drift are unknown to the analyst; with these off, and tastes and price sensitivity known to her,"
    " it is 1.60.",
    "P04": "Prices by lot, which no shop sets. `inertia.edge` over `price_sensitivity.mean` is .10, computed from open"
    " panels: near an echo. What is found beyond it is attachment, and satisfaction with the firm. That customers"
    " taken as alike make it nearly three times as large was put in nowhere.",
    "P05": "Inertia is switched off in half of the markets, as the row asks. Each price is held for good, so that"
    " winning customers and living off them are both in the profit of the second year. No occasion ends without a"
    " purchase and tastes are far apart, so that prices in equilibrium stand well above the usual one; read their"
    " ratio, not their level.",
    "P06": "Shares, prices and quality of the chains are set here, as are the rounds: 10 % off a third of items, every"
    " 13 weeks until the cuts come to 8.2 %; rivals match two weeks later. P06a is what `need.price_elasticity` and"
    " the cut come to, and P06c the cut itself, as baskets do not answer to price: neither says much.",
    "P07": "All but the programme is the same for both; the category can grow where .3 of occasions end without a"
    " purchase.",
    "S08": "Quality differs by 5 points and price by 10 % (standard deviations), shares as much as a gamma of shape 2;"
    " quality costs nothing. Performance is the mean of four: r is .26 with profit and with revenue, .13 with growth,"
    " and none with the margin, which price makes.",
    "M07": "Purchase rates and the shares of eight brands are set here. Without drift M07a lies outside (.66).",
    "M11": "The concentration of preferences in each tier is that of the beta-geometric curve which Fader and Hardie"
    " fitted to the same cohort, and the share of the firm is set so that the first renewal agrees. M11a and M11d"
    " agree by that; the others say that the curve bends as theirs does with nothing that depends on tenure.",
    "M12": "Purchase rates and leaving are those of the Pareto/NBD that the authors fitted to the same customers, so"
    " this is an echo: it says that satisfaction, failures and drift do not spoil repeat buying.",
}  # fmt: skip
"""What an experiment sets besides behaviour, by family of rows."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def word(verdict: Verdict) -> str:
    """fail; or, inside the interval, echo where agreement was put in, else pass."""
    if not verdict.passes:
        return "fail"
    return "echo" if verdict.finding.echo else "pass"


def is_close(verdict: Verdict) -> bool:
    """Whether an end of the interval lies within two errors of the mean: more replicates could turn the verdict."""
    ends = (verdict.finding.low, verdict.finding.high)
    return min(abs(verdict.mean - end) for end in ends) < 2 * verdict.error


def chosen() -> list[tuple[str, float, str, list[str]]]:
    """Parameters that were chosen on findings, as their sources say: name, value, unit, ids.

    Raises ValueError where a source names a row that is not among the findings, or one that may not be fitted.
    """
    may_be_fitted = [f.id for f in FINDINGS if f.role == "CAL"]
    found = []
    for name, block in Behaviour.model_fields.items():
        mechanism: Any = block.annotation
        for key, field in mechanism.model_fields.items():
            facts = field.json_schema_extra or {}
            match = _CHOSEN.search(facts.get("source", ""))
            if match:
                ids = match[1].split(", ")
                for one in ids:
                    if not any(row.startswith(one) for row in may_be_fitted):
                        raise ValueError(f"{name}.{key} was chosen on {one}, which may not be fitted")
                found.append((f"{name}.{key}", field.default, facts["unit"], ids))
    return found


def rows(verdicts: Sequence[Verdict]) -> list[list[str]]:
    """The lines of the score, failures first."""
    lines = []
    for v in sorted(verdicts, key=lambda v: v.passes):
        f, said = v.finding, word(v)
        lines.append(
            [
                f.id,
                f.quantity,
                f"{f.value:g}",
                f"{f.low:g} to {f.high:g}",
                f"{v.mean:.3f} ± {v.error:.3f}",
                f"**{said}**" if said == "fail" else said,
                f.role,
                f.source,
                f.setup,
            ]
        )
    return lines


def tally(verdicts: Sequence[Verdict]) -> str:
    """How many rows agree, CAL and VAL apart, and which do not."""
    lines = []
    for role in ("CAL", "VAL"):
        mine = [v for v in verdicts if v.finding.role == role]
        if not mine:
            continue
        failed = [v.finding.id for v in mine if not v.passes]
        echoes = sum(word(v) == "echo" for v in mine)
        lines.append(
            f"{role}: **{len(mine) - len(failed)} of {len(mine)} rows lie in their interval**, {echoes} of them "
            f"echoes; {f'{len(failed)} fail: ' + ', '.join(failed) if failed else 'none fails'}."
        )
    return "\n\n".join(lines)


def page(verdicts: Sequence[Verdict], replicates: int) -> str:
    """The whole page."""
    failed = [v.finding.id for v in verdicts if not v.passes]
    close = [v.finding.id for v in verdicts if is_close(v)]
    head = ["id", "quantity", "published", "interval", "simulated", "verdict", "kind", "source", "set-up"]
    count = tally(verdicts)
    if close:
        count += (
            "\n\nWithin two errors of an end of the interval, so that more replicates could turn the verdict: "
            f"{', '.join(close)}."
        )
    reasons = "".join(f"- **{i}**: {REASONS.get(i, 'not looked into yet.')}\n" for i in failed)
    why = f"## Why rows fail, probably\n\n{reasons}\n" if failed else ""
    families = {v.finding.id[:3] for v in verdicts}
    context = "".join(f"- **{family}**: {text}\n" for family, text in CONTEXT.items() if family in families)
    fitted = table(
        ["parameter", "value", "unit", "chosen on"],
        [[f"`{name}`", f"{value:g}", unit, ", ".join(ids)] for name, value, unit, ids in chosen()],
    )
    return f"""{MADE}# Findings

Published findings, and what the simulator says when it is asked the same: one set of parameters, the defaults, for
all rows. An experiment sets the context only (shares, rates, prices, quality, offers).

- **interval**: where the mean over replicates must lie. **simulated**: that mean ± its standard error,
  {replicates} replicates.
- **echo**: the value follows from a parameter that was itself taken from this source; agreement proves the code, not
  the behaviour.
- **kind**: CAL rows could be seen, and fitted to, while defaults were chosen; that they agree shows that one set of
  parameters can do so at once, not that the simulator predicts. VAL rows are never fitted to: they are run and
  reported, whatever they say.
- A row on a direction asks in how many replicates the sign holds: .95 or more.

{count}

{table(head, rows(verdicts))}
{why}## What was chosen on these rows

{fitted}
No VAL row was used for that. All other parameters are published values or judgement
([parameters](parameters.md)), and judgement was not blind to the rows above. The shifts of choice by one message
(`word_of_mouth.liking`, `word_of_mouth.disliking`) are those that East, Hammond & Lomax 2008 published, put in by
hand: a row that asks for them can only be an echo.

## What the experiments set

{context}
## How to run it

    .venv/bin/python docs/make_findings.py --replicates {replicates}

A row is a `Finding` in [sim/validation](../sim/validation/__init__.py), its experiment a function from the number
of a replicate to quantities by id. In Python: `score(FINDINGS, replicates=8)`.
"""


def main() -> None:
    """Run the experiments and write the page beside this script."""
    parser = argparse.ArgumentParser(description="Run the published findings and write docs/findings.md.")
    parser.add_argument("--replicates", type=int, default=REPLICATES, help=f"replicates ({REPLICATES})")
    replicates = parser.parse_args().replicates
    if replicates < 2:
        parser.error("an error of the mean needs two replicates or more")
    text = page(score(FINDINGS, replicates), replicates)
    (HERE / "findings.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
