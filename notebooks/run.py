"""Run notebooks from start to end and store what they show, small enough to keep.

    python notebooks/run.py                                # all of them
    python notebooks/run.py double_jeopardy the_paid_club  # some

The same notebook and the same code give the same file: what tells of the machine or the time is left out.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).resolve().parent
DPI = 84
COLOURS = 128
LARGEST = 300_000
"""Bytes that a notebook may have."""


def notebooks() -> dict[str, Path]:
    """Name -> file of every notebook here."""
    return {path.stem: path for path in sorted([*HERE.glob("*.ipynb"), *HERE.glob("lessons/*.ipynb")])}


def executed(notebook: Any, folder: Path, timeout: int = 900) -> Any:
    """The notebook with fresh outputs, run in its folder against this copy of the code.

    CellExecutionError where a cell fails.
    """
    paths = [str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    client = NotebookClient(
        notebook, timeout=timeout, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    return client.execute(env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)})


def cleaned(notebook: Any) -> Any:
    """The notebook without timings, versions, warnings and the state of widgets; with small pictures."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type == "code":
            cell.outputs = [_small(output) for output in _joined(cell.outputs)]
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """What is printed arrives in pieces, cut by chance: put together again. Warnings go to the terminal."""
    kept: list[Any] = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            print(output.text, file=sys.stderr)
        elif output.output_type == "stream" and kept and kept[-1].output_type == "stream":
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def _small(output: Any) -> Any:
    if "data" not in output:
        return output
    output.metadata = nbformat.from_dict({})
    for kind in [kind for kind in output.data if "widget" in kind]:
        del output.data[kind]
    if "image/png" in output.data:
        output.data["image/png"] = base64.b64encode(
            _reduced(base64.b64decode(output.data["image/png"]))
        ).decode()
        output.data["text/plain"] = "<picture>"  # its place in memory differs from run to run
    return output


def _reduced(png: bytes) -> bytes:
    """A picture with the resolution of a screen and few colours; as it is without Pillow."""
    try:
        from PIL import Image
    except ImportError:
        return png
    picture = Image.open(io.BytesIO(png))
    dpi = float(picture.info.get("dpi", (DPI, DPI))[0])
    picture = picture.convert("RGB")
    if dpi > DPI:
        size = (round(picture.width * DPI / dpi), round(picture.height * DPI / dpi))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    target = io.BytesIO()
    # The usual median cut would give the colours of thin lines away for more greys.
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(target, "PNG", optimize=True)
    return target.getvalue()


def run(path: Path) -> int:
    """Execute a notebook and store it. Returns its size in bytes; ValueError where that is too large."""
    notebook = cleaned(executed(nbformat.read(path, as_version=4), path.parent))
    text = nbformat.writes(notebook) + "\n"
    size = len(text.encode())
    if size > LARGEST:
        raise ValueError(f"{path.name}: {size:,} bytes; {LARGEST:,} at most: show less, or smaller")
    path.write_text(text, encoding="utf-8")
    return size


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns 2 where a name is unknown, 1 where a notebook fails."""
    parser = argparse.ArgumentParser(description="Run notebooks and store what they show.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="notebooks without .ipynb (default: all)")
    names, known = parser.parse_args(arguments).names, notebooks()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no notebook is called {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names or known:
        try:
            print(f"{name}: {run(known[name]):,} bytes", flush=True)
        except (CellExecutionError, ValueError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
