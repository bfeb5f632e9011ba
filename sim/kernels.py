"""Where compiled kernels are kept, so that the second start is fast and never runs stale code.

Numba's cache looks at the file of the kernel only: after a change in a rule that the kernel calls it would
go on using the old one. So the cache folder is named after a hash of all the sources that kernels are made of.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

_POPULATION = tuple(
    f"population/{name}.py"
    for name in ("columns", "count", "life", "population", "purchase", "scratch", "told", "traits", "week")
)
_SOURCES = ("arithmetic.py", "draws.py", "rules/*.py", "measures/tally.py", *_POPULATION)


def code_of_kernels(package: Path) -> str:
    """Hash of the sources that compiled kernels are made of."""
    h = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(package.glob(pattern)):
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
    folder = home / name
    if not folder.is_dir():
        if _writable(home):
            for old in home.glob("kernels-*"):
                shutil.rmtree(old, ignore_errors=True)
        else:
            user = os.getuid() if hasattr(os, "getuid") else 0
            folder = Path(tempfile.gettempdir()) / f"loyalty-sim-{user}" / name
    if _writable(folder):
        os.environ["NUMBA_CACHE_DIR"] = str(folder)
