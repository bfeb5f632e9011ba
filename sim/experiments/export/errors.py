"""What can go wrong with an export, the input apart."""

from __future__ import annotations


class DoesNotAddUp(RuntimeError):
    """What was noted is not what the market lived: a fault of the program."""
