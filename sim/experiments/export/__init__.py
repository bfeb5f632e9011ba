"""A market as synthetic data: transactions, ledgers, surveys, and the truth behind them."""

from sim.experiments.export.errors import DoesNotAddUp
from sim.experiments.export.synthetic import Export, export

__all__ = ["DoesNotAddUp", "Export", "export"]
