"""The picture of a score card: every row against its interval of acceptance, failures first."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from sim.report.picture import canvas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
