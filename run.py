#!/usr/bin/env python3
"""Set loyalty-sim up in its own folder and run it: all it needs is a Python, and a network the first time.

  python3 run.py demo          compare programme designs in the shipped market; results go to a new folder
  python3 run.py test          check the code and run the tests; further words go to pytest
  python3 run.py notebook      open the notebooks in the browser; further words go to JupyterLab
  python3 run.py dashboard     open the dashboard in the browser; further words go to loyalty-sim dashboard
  python3 run.py docs          build the site of the docs; says where it is
  python3 run.py WORDS ...     loyalty-sim WORDS ...   (such as: python3 run.py compare --help)

The first call installs everything into the folder .venv beside this file, and nothing anywhere else; later
calls start at once. To begin anew, delete .venv. The exit code is the command's own; before it starts: 2 if
this Python cannot be used, 1 if the set-up failed, 130 if it was interrupted.
"""

# The standard library only, and no syntax newer than Python 3.6: an older Python must get as far as being
# told what is missing.

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, NoReturn, Optional, Set, Tuple

DEMO = ("compare", "scenarios/cdnow.yaml", "--replicates", "16")
"""What `demo` says to loyalty-sim; `--out` with a new folder is added."""

CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))
"""What `test` runs before pytest."""

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
PYTHON = "{}.{}".format(*sys.version_info)
TRIED = ("3.11", "3.12", "3.13")

# Traces of another environment or of the user's shell: they change which code is found, or where it goes.
FOREIGN = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONOPTIMIZE",  # would strip the assertions out of the tests
    "PYTHONEXECUTABLE",
    "__PYVENV_LAUNCHER__",
    "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_PYTHON",
)


class Refusal(Exception):
    """The set-up cannot go on; the text is all the user needs to know."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def tell(text: str) -> None:
    """Say something to the user: on standard error, for standard output belongs to the command (`--json`)."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


# --- is this a Python to work with? ----------------------------------------------------------------------


def check_python(version: Tuple[int, int], implementation: str) -> None:
    """Refuse a Python that cannot run loyalty-sim."""
    if version < OLDEST:
        newer = next((name for name in ("python" + minor for minor in reversed(TRIED)) if _runs(name)), None)
        remedy = "Install a newer one (python.org, or your system's packages) and use that."
        if newer:
            remedy = f"There is a newer one here; use it:  {newer} {' '.join(sys.argv)}"
        need = ".".join(map(str, OLDEST))
        found = ".".join(map(str, version))
        raise Refusal(f"loyalty-sim needs Python {need} or newer; this is Python {found}.\n{remedy}", 2)
    if implementation != "cpython":
        raise Refusal(f"loyalty-sim needs the usual Python (CPython); this is {implementation}.", 2)


def _runs(python: str) -> bool:
    """Whether a Python of this name or path is there and starts."""
    try:
        words = [python, "-I", "-c", "pass"]
        return subprocess.call(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def _has_module(name: str) -> bool:
    """Whether a module is there; an empty folder of its name, left by a package that was removed, is not."""
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin is not None


def check_modules(uv: Optional[str]) -> None:
    """Refuse a Python that came without what makes environments (Debian and Ubuntu package it apart)."""
    needed = ["venv"] if uv else ["venv", "ensurepip"]
    missing = [name for name in needed if not _has_module(name)]
    if missing:
        raise Refusal(
            f"This Python lacks {' and '.join(missing)}, which the set-up needs to make the folder .venv.\n"
            f"On Debian and Ubuntu:  sudo apt install python3-venv   (or python{PYTHON}-venv)\n"
            "Then run the same command again.",
            2,
        )


# --- running other programs ------------------------------------------------------------------------------


def call(words: Iterable[object], cwd: Optional[Path], env: Dict[str, str]) -> int:
    """Run a program here to its end. It hears Ctrl-C as well and may be saving, so that is waited for."""
    process = subprocess.Popen([str(word) for word in words], cwd=cwd and str(cwd), env=env)
    interrupted = False
    while True:
        try:
            code = process.wait()
            break
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    return code if code >= 0 else 128 - code


def hand_over(words: Iterable[object], cwd: Optional[Path], env: Dict[str, str]) -> NoReturn:
    """Become another program, so that its signals and exit code are its own; on Windows, wait for it."""
    if os.name == "posix":
        if cwd:
            os.chdir(str(cwd))
        texts = [str(word) for word in words]
        os.execve(texts[0], texts, env)
    raise SystemExit(call(words, cwd, env))


def attend(words: Iterable[object], label: str, cwd: Path, env: Dict[str, str]) -> Tuple[int, List[str]]:
    """Run a step of the set-up, show that it is alive, and keep what it says: (exit code, lines)."""
    process = subprocess.Popen(
        [str(word) for word in words],
        cwd=str(cwd),
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    lines = []  # type: List[str]

    def listen() -> None:
        for line in process.stdout or ():
            lines.append(line.rstrip())

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    display = Display(label)
    try:
        while process.poll() is None:
            display.alive(_stage(lines))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        display.over(process.returncode == 0)
    listener.join(5)
    return process.returncode, lines


class Display:
    """One line on a terminal that is written over; elsewhere (a log) a line now and then."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.live = sys.stderr.isatty()
        self.started = self.said = time.monotonic()
        self._write("")

    def alive(self, stage: str) -> None:
        if self.live or time.monotonic() - self.said >= 15:
            self._write(f": {stage}{self._seconds()}")

    def over(self, well: bool) -> None:
        self._write(f": {'done' if well else 'not done'} after {self._seconds()}")
        if self.live:
            sys.stderr.write("\n")

    def _seconds(self) -> str:
        return f"{time.monotonic() - self.started:.0f} s"

    def _write(self, what: str) -> None:
        line = f"  {self.label}{what}"
        # Spaces, not an escape code, wipe what was there: older Windows terminals print the code.
        sys.stderr.write("\r" + line.ljust(78) if self.live else line + "\n")
        sys.stderr.flush()
        self.said = time.monotonic()


def _stage(lines: List[str]) -> str:
    """Where pip is, read from what it has said so far; empty for the other steps."""
    if any(line.startswith("Installing collected packages") for line in lines):
        return "all fetched, now unpacking, "
    fetched = sum(line.startswith("Collecting ") for line in lines)
    return f"{fetched} packages fetched, " if fetched else ""


# --- why an installation failed --------------------------------------------------------------------------

CAUSES = (
    (
        ("No space left on device", "Disk quota exceeded", "os error 28"),
        "The disk is full: about 1 GB is needed. Make room, then run the same command again.",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "invalid peer certificate", "UnknownIssuer"),
        (
            "The package registry's certificate is not trusted here, as happens behind a company's proxy.\n"
            "Give pip the proxy's certificate (pip config set global.cert FILE), then run the command again."
        ),
    ),
    (
        (
            "NewConnectionError",
            "NameResolutionError",
            "Failed to establish a new connection",
            "Failed to resolve",
            "Name or service not known",
            "Temporary failure in name resolution",
            "getaddrinfo failed",
            "Network is unreachable",
            "Connection refused",
            "ConnectTimeout",
            "Read timed out",
            "ProxyError",
            "dns error",
            "error sending request",
        ),
        (
            "There is no way to the package registry. The first run needs the Internet; later runs do not.\n"
            "Check the connection (behind a proxy, set HTTPS_PROXY; with a mirror of your own, set it in\n"
            "pip's configuration), then run the same command again: what was fetched is kept."
        ),
    ),
    # Last, because without a network pip ends by saying this too.
    (
        (
            "No matching distribution found",
            "no usable wheels",
            "no wheels with a matching",
            "has no wheels",
        ),
        (
            f"A package has no ready-made build for Python {PYTHON} on this machine "
            f"({platform.system()} {platform.machine()}).\n"
            f"loyalty-sim was tried with Python {', '.join(TRIED)}: use one of them."
        ),
    ),
)
"""What words of an installer mean for the user, and what to do."""


def explain(lines: List[str]) -> str:
    """Why a step failed: the cause and the words that gave it away, or else the end of what was said."""
    said = [line.strip() for line in lines if line.strip()]
    for signs, meaning in CAUSES:
        telling = next((line for line in said if any(sign in line for sign in signs)), None)
        if telling:
            return f"\nThe set-up failed. {meaning}\n(the installer: {telling[:300]})"
    ending = "\n".join("    " + line for line in said[-12:])
    return (
        f"\n{ending}\n\nThe set-up failed; the words above say why.\n"
        "The same command, run again, begins anew. Should .venv be in the way, delete it."
    )


def gist(lines: List[str]) -> str:
    """The line that says most: the first that calls itself an error (uv adds hints), else the last."""
    said = [line.strip() for line in lines if line.strip()] or ["no word of why"]
    return next((line for line in said if line.startswith("error")), said[-1])


# --- the environment -------------------------------------------------------------------------------------


class Environment:
    """The folder .venv of one copy of loyalty-sim.

    A stamp in it, written last, says what it was made for. No stamp, or another: it is made anew, so that an
    interrupted set-up is never taken for a whole one.
    """

    def __init__(self, root: Path) -> None:
        windows = os.name == "nt"
        self.root = root
        self.folder = root / ".venv"
        self.bin = self.folder / ("Scripts" if windows else "bin")
        self.python = self.bin / ("python.exe" if windows else "python")
        self.command = self.bin / ("loyalty-sim.exe" if windows else "loyalty-sim")
        self.stamp = self.folder / "loyalty-sim.stamp"

    def variables(self) -> Dict[str, str]:
        """Environment variables for programs that run in it, free of the traces of any other."""
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        kept["VIRTUAL_ENV"] = str(self.folder)
        kept["PATH"] = os.pathsep.join([str(self.bin), *filter(None, [os.environ.get("PATH")])])
        kept["PYTHONNOUSERSITE"] = "1"
        kept["PIP_USER"] = "0"
        kept["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
        kept["JUPYTER_PREFER_ENV_PATH"] = "1"
        # What to type next is told in the words that were typed now.
        kept["LOYALTY_SIM_TYPED"] = f"{Path(sys.executable).name} {sys.argv[0]}"
        return kept

    def fingerprint(self) -> str:
        """All that asks for a new .venv when it changes; the folder too, as its path is written inside."""
        parts = [(self.root / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
        parts.append(PYTHON.encode())
        parts.append(f"{sys.platform} {platform.machine()}".encode())
        parts.append(os.fsencode(str(self.root)))
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()

    def extras(self) -> Optional[Set[str]]:
        """The extras installed; None where .venv is absent, unfinished, broken or made for another state."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
            fits = stamp["fingerprint"] == self.fingerprint()
            found = set(stamp["extras"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        # The Python it was made from may be gone since, so try it.
        return found if fits and self.command.exists() and _runs(str(self.python)) else None

    def prepare(self, extras: Iterable[str] = ()) -> None:
        """Make or complete .venv, unless all is there already. Raises Refusal with what the user can do."""
        wanted = set(extras)
        if self._has(wanted):
            return
        try:
            with only_one(self.root / ".venv.lock"):
                if not self._has(wanted):
                    self._set_up(wanted)
        except KeyboardInterrupt:
            text = "\nInterrupted. The same command, run again, begins anew; what was fetched is kept."
            raise Refusal(text, 130) from None
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise Refusal(self._unwritable(error)) from error
            raise Refusal(f"The set-up failed: {error}") from error

    def _has(self, wanted: Set[str]) -> bool:
        found = self.extras()
        return found is not None and wanted <= found

    def _unwritable(self, error: OSError) -> str:
        return (
            f"Cannot write in {self.root}\n({error})\n"
            "The set-up makes the folder .venv beside run.py. Copy the whole folder to where you may write,\n"
            "such as your home folder, and run the command there."
        )

    def _set_up(self, wanted: Set[str]) -> None:
        began = time.monotonic()
        uv = shutil.which("uv")
        found = self.extras()
        if found is None:
            check_modules(uv)
            self._announce()
            self._unstamp()
            self._make_folder(uv)
            self._install(wanted, uv)
            self._warm()
        else:
            tell(f"Adding what this command needs to {self.folder}")
            wanted = wanted | found
            self._unstamp()
            self._install(wanted, uv)
        self._write_stamp(wanted)
        tell(f"Ready after {time.monotonic() - began:.0f} s; from now on this step is skipped.\n")

    def _announce(self) -> None:
        if self.stamp.exists():
            tell("loyalty-sim, its Python or its folder has changed since the set-up: making .venv anew.")
        elif self.folder.exists():
            tell("The set-up in .venv was not finished: making it anew.")
        tell(f"Setting up loyalty-sim in {self.folder}")
        tell("This happens once, fetches about 250 MB and takes one to three minutes.")

    def _make_folder(self, uv: Optional[str]) -> None:
        # The Python below any environment that is active: this one may be that of .venv itself.
        base = getattr(sys, "_base_executable", None) or sys.executable
        words = [base, "-m", "venv", "--clear", *(["--without-pip"] if uv else []), self.folder]
        self._step(words, "making the folder .venv")

    def _install(self, extras: Set[str], uv: Optional[str]) -> None:
        target = f".[{','.join(sorted(extras))}]" if extras else "."
        # Ready-made packages only: a fresh machine has no compilers, and a refusal beats a failed build.
        what = ["--only-binary", ":all:", "--constraint", "constraints.txt", "--editable", target]
        if uv:
            # uv leaves byte-code to the first start, which would then take seconds.
            words = [uv, "pip", "install", "--python", self.python, "--compile-bytecode", *what]
            code, lines = attend(words, "installing the packages with uv", self.root, self.variables())
            if code == 0:
                return
            if not _has_module("ensurepip"):
                raise Refusal(explain(lines))
            # uv reads none of pip's settings: a mirror or certificate named there is known to pip alone.
            tell(f"  uv could not ({gist(lines)}); trying pip")
        if not any(self.bin.glob("pip*")):
            self._step([self.python, "-m", "ensurepip"], "unpacking pip")
        words = [self.python, "-m", "pip", "install", "--no-input", "--progress-bar", "off", *what]
        self._step(words, "installing the packages with pip")

    def _warm(self) -> None:
        """Compile the model now rather than in the first run. A help only: without it all works, later."""
        words = [self.python, "-P", "-m", "sim", "warm"]
        code, lines = attend(words, "compiling the model for this processor", self.root, self.variables())
        if code:
            tell(f"  {gist(lines)}\n  The first run will compile it instead.")

    def _step(self, words: Iterable[object], label: str) -> None:
        code, lines = attend(words, label, self.root, self.variables())
        if code:
            raise Refusal(explain(lines))

    def _unstamp(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.stamp.unlink()

    def _write_stamp(self, extras: Set[str]) -> None:
        draft = self.stamp.with_suffix(".draft")
        content = {"fingerprint": self.fingerprint(), "extras": sorted(extras)}
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.replace(self.stamp)


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock on a file, waiting while another run.py has it; it falls free however that one ends."""
    with path.open("a") as handle:
        waiting = False
        while not _locked(handle.fileno()):
            if not waiting:
                tell("Another run.py is setting up this folder; waiting for it.")
                waiting = True
            time.sleep(0.5)
        yield


def _locked(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network folders know no locks: there, go on alone.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


# --- the commands ----------------------------------------------------------------------------------------


def demo(environment: Environment, words: List[str]) -> int:
    environment.prepare()
    words = [*DEMO, *words]
    if not any(word == "--out" or word.startswith("--out=") for word in words):
        words += ["--out", new_folder(environment.root / "results").relative_to(environment.root).as_posix()]
    tell(f"Running: loyalty-sim {' '.join(words)}\n")
    hand_over([environment.command, *words], environment.root, environment.variables())


def new_folder(results: Path) -> Path:
    """A name under results that nothing has yet (the command makes the folder)."""
    name = time.strftime("demo-%Y%m%d-%H%M%S")
    names = [name, *(f"{name}-{again}" for again in range(2, 100))]
    return next(results / each for each in names if not (results / each).exists())


def test(environment: Environment, words: List[str]) -> int:
    environment.prepare(["test"])
    root, variables = environment.root, environment.variables()
    failed = []
    for check in CHECKS:
        tell(f"Running: {' '.join(check)}")
        if call([environment.python, "-m", *check], root, variables):
            failed.append(" ".join(check))
    pytest = ["pytest", "-n", str(cores()), *words]
    tell(f"Running: {' '.join(pytest)}")
    code = call([environment.python, "-m", *pytest], root, variables)
    if failed:
        tell(f"Failed before the tests: {', '.join(failed)}")
    return code or int(bool(failed))


def cores() -> int:
    """Cores this process may use; past 16 the tests gain nothing from more and each worker takes memory."""
    if hasattr(os, "sched_getaffinity"):
        return min(16, len(os.sched_getaffinity(0)))
    return min(16, os.cpu_count() or 1)


def notebook(environment: Environment, words: List[str]) -> int:
    environment.prepare()
    folder = environment.root / "notebooks"
    hand_over([environment.python, "-P", "-m", "jupyterlab", *words], folder, environment.variables())


def dashboard(environment: Environment, words: List[str]) -> int:
    environment.prepare(["dashboard"])
    hand_over([environment.command, "dashboard", *words], None, environment.variables())


def docs(environment: Environment, words: List[str]) -> int:
    environment.prepare(["docs"])
    hand_over([environment.python, "docs/build.py", *words], environment.root, environment.variables())


def loyalty_sim(environment: Environment, words: List[str]) -> int:
    """Any other words, from the folder where the user stands: paths in them are meant from there."""
    environment.prepare()
    hand_over([environment.command, *words], None, environment.variables())


COMMANDS = {"dashboard": dashboard, "demo": demo, "docs": docs, "notebook": notebook, "test": test}


def main(words: List[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        tell(__doc__ or "")
        return 0 if words else 2
    try:
        check_python(sys.version_info[:2], sys.implementation.name)
        environment = Environment(ROOT)
        if words[0] in COMMANDS:
            return COMMANDS[words[0]](environment, words[1:])
        return loyalty_sim(environment, words)
    except Refusal as refusal:
        tell(str(refusal))
        return refusal.code
    except KeyboardInterrupt:
        tell("\nInterrupted.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
