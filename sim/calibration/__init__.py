"""From a transaction log to a scenario, and how well such a fit forecasts.

`calibrate` fits and returns a scenario, `warnings_of` says what its log does not tell, `write_scenario` checks and
saves it, `holdout` scores forecasts.
"""

from sim.calibration.apart import warnings_of
from sim.calibration.fit import calibrate, write_scenario
from sim.calibration.holdout import HoldoutReport, holdout
from sim.calibration.response import Response, programme_response
from sim.calibration.transactions import Log, LogError, parse_date, read_log

__all__ = [
    "HoldoutReport",
    "Log",
    "LogError",
    "Response",
    "calibrate",
    "holdout",
    "parse_date",
    "programme_response",
    "read_log",
    "warnings_of",
    "write_scenario",
]
