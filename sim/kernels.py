"""Where compiled kernels are kept, so that the second start is fast and never runs stale code.

Numba's cache looks at the file of the kernel only: after a change in a rule that the kernel calls it would
go on using the old one. So the cache folder is named after a hash of all the sources that kernels are made of.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
from pathlib import Path

_KERNELS = (
    "population/week.py",
    "population/population.py",
    "population/network.py",
    "draws.py",
    "calibration/brand_kernels.py",
)
"""Sources that hold kernels made of others; what they import, they are made of too."""
_IMPORT = re.compile(r"^from sim\.([\w.]+) import", re.MULTILINE)


def sources_of_kernels(package: Path) -> list[Path]:
    """Sources that compiled kernels are made of: those that hold them, and all modules these import."""
    found: set[Path] = set()
    waiting = [package / name for name in _KERNELS]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            names = _IMPORT.findall(path.read_text(encoding="utf-8"))
            modules = (package.joinpath(*name.split(".")).with_suffix(".py") for name in names)
            waiting += [module for module in modules if module.is_file()]
    return sorted(found)


def code_of_kernels(package: Path) -> str:
    """Hash of the sources that compiled kernels are made of."""
    h = hashlib.sha256()
    for path in sources_of_kernels(package):
        h.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return h.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def keep_compiled_code() -> None:
    """Point Numba at the cache folder of this code, unless the user has chosen one (NUMBA_CACHE_DIR).

    The folder lies beside the package; where that cannot be written, in the folder for temporary files.
    Folders of older code beside it are removed.
    """
    if os.environ.get("NUMBA_CACHE_DIR") or "numba" in sys.modules:
        return
    package = Path(__file__).parent
    name = f"kernels-{code_of_kernels(package)}"
    home = package / "__pycache__"
    fresh = not (home / name).is_dir()
    for folder in (home / name, _own_folder(name)):
        if folder is not None and _writable(folder):
            os.environ["NUMBA_CACHE_DIR"] = str(folder)
            break
    else:
        return
    if fresh and folder.parent == home:
        for old in home.glob("kernels-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)


def compiled() -> bool:
    """Whether the week has been compiled before, so that it is only loaded."""
    home = Path(__file__).parent / "population"
    # Numba files compiled code under the folder of its source: a copy elsewhere compiles anew.
    filed = f"population_{hashlib.sha1(str(home).encode(), usedforsecurity=False).hexdigest()}"
    folder = os.environ.get("NUMBA_CACHE_DIR")
    return folder is not None and any((Path(folder) / filed).glob("week.pass_week-*.nbc"))


def _own_folder(name: str) -> Path | None:
    """A folder of this user's alone under the one for temporary files; None where there is none to trust.

    Compiled code is run when it is read, so a folder that another user could write is not taken.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    try:
        home = Path(tempfile.gettempdir()) / f"loyalty-sim-{user}"
        home.mkdir(mode=0o700, exist_ok=True)
        facts = home.lstat()
    except OSError:
        return None
    if not stat.S_ISDIR(facts.st_mode):
        return None
    if hasattr(os, "getuid") and (facts.st_uid != user or facts.st_mode & 0o022):
        return None
    return home / name
