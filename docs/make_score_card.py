"""Write docs/score_card.md from the card in results/reference/score_card, which this command makes, and keeps up:

loyalty-sim validate --against null,mutated,ablations --out results/reference/score_card
"""

from __future__ import annotations

from pathlib import Path

from sim.validation import Card
from sim.validation.page import page

HERE = Path(__file__).resolve().parent
CARD = HERE.parent / "results" / "reference" / "score_card"


def text() -> str:
    """The page as it should be."""
    return page(Card.load(CARD), picture=f"../results/reference/{CARD.name}/card.png")


if __name__ == "__main__":
    (HERE / "score_card.md").write_text(text(), encoding="utf-8")
