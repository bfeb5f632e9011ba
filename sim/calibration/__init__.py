"""From a transaction log to a scenario, and how well such a fit forecasts.

`calibrate` fits and returns a scenario, `write_scenario` checks and saves it, `holdout` scores forecasts.
"""

from sim.calibration.fit import calibrate, write_scenario
from sim.calibration.holdout import HoldoutReport, holdout
from sim.calibration.transactions import Log, LogError, read_log

__all__ = ["HoldoutReport", "Log", "LogError", "calibrate", "holdout", "read_log", "write_scenario"]
