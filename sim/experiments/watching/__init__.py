"""What weekly tallies do not hold, read off all customers between two weeks; a file each for what is read."""

from sim.experiments.watching.watcher import TABLES, Watcher

__all__ = ["TABLES", "Watcher"]
