"""Forecasting tasks on real purchase logs, scored beside published baselines."""
