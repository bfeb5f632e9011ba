"""What to tell the user when a command fails, and its exit code: 1 program, 2 input, 130 interrupted."""

from __future__ import annotations

DEBUG = "LOYALTY_SIM_DEBUG"
HINT = f"set {DEBUG}=1 to see the traceback"
ABOUT_INPUT = {"ScenarioError", "ExperimentError", "LogError"}
"""By name, so that one part of the program can fail without the others being imported."""


class Stopped(Exception):
    """An interruption on its way to the user; the parser of the command line would swallow a KeyboardInterrupt."""


def explain(error: BaseException, command: str) -> tuple[str, int]:
    """The message and the exit code for whatever was raised while `command` ran."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, Stopped | KeyboardInterrupt):
        return _interrupted(error.__cause__ or error, command), 130
    if hasattr(error, "format_message"):  # how the command was typed
        return f"{error.format_message()} (see: loyalty-sim --help)", 2
    if kinds & ABOUT_INPUT:
        return str(error), 2
    if "CellError" in kinds:
        return f"{error} ({HINT})", 1
    if isinstance(error, MemoryError):
        return f"not enough memory; try fewer --customers or --workers ({HINT})", 1
    return f"the program failed: {type(error).__name__}: {error} ({HINT})", 1


def _interrupted(stop: BaseException, command: str) -> str:
    folder = getattr(stop, "folder", None)
    if folder is None or not getattr(stop, "done", 0):
        return f"{stop}" or "interrupted"
    return f"{stop}; they are kept in {folder}. The same command goes on from there:\n  {command}"
