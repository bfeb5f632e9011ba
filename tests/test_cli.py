"""The command: what it prints where, which exit code, and that no fault leaves anything half done."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.experiments import store
from sim.scenario import load

ROOT = Path(sim.__file__).parents[1]
SMALL = """
title: Two grocers
source: made up for the tests
horizon: {weeks: 40, burn_in: 10}
category: {name: groceries}
customers:
  count: 200
  segments:
    - name: all
      purchase_rate: {mean: 1.2, shape: 0.78}
      preference_concentration: 1.3
      basket: {mean: 36.0, between_cv: 0.75, within_cv: 0.4}
      price_sensitivity: {mean: 5.5, spread: 0.5}
firms:
  - {name: Harbour, share: 0.4, unit_cost: 0.7}
  - {name: Mill, share: 0.6, unit_cost: 0.7}
focus: Harbour
designs:
  none: {programme: null}
  points: {programme: {name: Points, points: {per_currency: 1, threshold: 100, reward: 5}}}
  twin: {programme: null}
"""
FIRMS = """
  - {name: Harbour, share: 0.4, unit_cost: 0.7}
  - {name: Mill, share: 0.6, unit_cost: 0.7}
"""


@pytest.fixture
def market(tmp_path: Path) -> Path:
    path = tmp_path / "grocers.yaml"
    path.write_text(SMALL)
    return path


# --- what is right -----------------------------------------------------------------------------------------


def test_compare_prints_one_json_object_and_nothing_else_on_standard_output(
    command, market, monkeypatch
) -> None:
    monkeypatch.delenv("LOYALTY_SIM_TYPED", raising=False)
    code, out, err = command("compare", market, "--replicates", 3, "--json", "--out", "run")
    assert code == 0
    said = json.loads(out)
    assert said["designs"] == ["none", "points", "twin"]
    assert (said["replicates"], said["seed"], said["customers"], said["weeks"]) == (3, 1, 200, 40)
    assert "simulating markets" in err
    assert "results are in run" in err
    assert "loyalty-sim report run --out run.html" in err


def test_what_to_do_next_is_told_in_the_words_of_run_py(command, market, monkeypatch) -> None:
    monkeypatch.setenv("LOYALTY_SIM_TYPED", "python3 run.py")
    _, _, err = command("compare", market, "--replicates", 1, "--out", "run")
    assert "python3 run.py report run --out run.html" in err


def test_two_identical_designs_differ_by_exactly_nothing_in_a_real_market(command, market) -> None:
    _, out, _ = command("compare", market, "--replicates", 3, "--json")
    said = json.loads(out)
    first, twin = (said["metrics"][design] for design in (said["designs"][0], "twin"))
    assert first == twin
    for metric, difference in said["differences"]["twin"].items():
        if difference["mean"] is not None:
            assert difference == {"mean": 0, "low": 0, "high": 0, "p_better": 0.5}, metric


def test_compare_prints_tables_and_words(command, market) -> None:
    code, out, _ = command("compare", market, "--replicates", 2, "--designs", "points,none")
    assert code == 0
    for words in (
        "Retention at Harbour",
        "Profit at Harbour",
        "change to 'points'",
        "EUR",
        "clv",
        "Paired worlds",
    ):
        assert words in out
    assert "twin" not in out


def test_the_number_of_workers_changes_nothing(command, market) -> None:
    _, one, _ = command("compare", market, "--replicates", 3, "--json", "--workers", 1, "--out", "one")
    _, two, _ = command("compare", market, "--replicates", 3, "--json", "--workers", 2, "--out", "two")
    assert json.loads(one)["metrics"] == json.loads(two)["metrics"]
    assert (Path("one") / "metrics.parquet").read_bytes() == (Path("two") / "metrics.parquet").read_bytes()
    assert (Path("one") / "panel.parquet").read_bytes() == (Path("two") / "panel.parquet").read_bytes()


def test_results_go_to_a_folder_of_their_own_where_none_is_named(command, market) -> None:
    command("compare", market, "--replicates", 1, "--json")
    command("compare", market, "--replicates", 2, "--json")
    folders = sorted(Path("results").iterdir())
    assert len(folders) == 2
    assert all(folder.name.startswith("grocers-") for folder in folders)
    manifest = json.loads((folders[0] / "manifest.json").read_text())
    assert manifest["command"].startswith("loyalty-sim compare ")
    assert manifest["command"].endswith("--json")


def test_the_same_command_again_simulates_nothing_again(command, market) -> None:
    first = command("compare", market, "--replicates", 2, "--out", "run")
    again = command("compare", market, "--replicates", 2, "--out", "run")
    assert first[1] == again[1]
    assert json.loads(Path("run/manifest.json").read_text())["markets_run"] == 0


def test_where_nothing_can_be_written_results_are_still_shown(command, market) -> None:
    Path("results").write_text("in the way")
    code, out, err = command("compare", market, "--replicates", 1, "--json")
    assert code == 0
    assert json.loads(out)["replicates"] == 1
    assert "results are not kept" in err


def test_run_prints_quarters_metrics_and_the_steps_of_a_week(command, market) -> None:
    code, out, _ = command("run", market, "--design", "points", "--steps", "--out", "one")
    assert code == 0
    for words in ("quarter by quarter", "0–12", "39–39", "active customers", "clv", "a week"):
        assert words in out
    panel = store.read_parquet(Path("one/panel.parquet"))
    assert len(panel) == 40 * 2 * 2
    manifest = json.loads(Path("one/manifest.json").read_text())
    assert manifest["settings"] == {
        "design": "points",
        "seed": 1,
        "replicate": 0,
        "customers": 200,
        "weeks": 40,
    }


def test_a_market_run_alone_is_the_market_of_the_comparison(command, market) -> None:
    command("compare", market, "--replicates", 2, "--designs", "none,points", "--seed", 5, "--out", "all")
    command("run", market, "--design", "points", "--seed", 5, "--replicate", 1, "--out", "one")
    together = store.read_parquet(Path("all/metrics.parquet"))
    ours = together[(together["design"] == "points") & (together["replicate"] == 1)].set_index("metric")[
        "value"
    ]
    alone = store.read_parquet(Path("one/metrics.parquet")).set_index("metric")["value"]
    for metric in ("retention", "profit", "clv", "points_liability"):
        assert alone[metric] == ours[metric]


def test_run_refuses_a_folder_with_another_market(command, market) -> None:
    command("run", market, "--out", "one")
    code, _, err = command("run", market, "--seed", 2, "--out", "one")
    assert code == 2
    assert "seed: 1 -> 2" in err


def test_check_says_what_is_right(command, market) -> None:
    code, out, _ = command("check", market)
    assert code == 0
    assert "is right: Two grocers" in out


def test_scenarios_lists_what_is_shipped_and_all_of_it_is_right(command) -> None:
    code, out, _ = command("scenarios")
    assert code == 0
    shipped = sorted((ROOT / "scenarios").glob("*.yaml"))
    assert shipped
    for path in shipped:
        world = load(path)
        assert f"{path}\n    {world.title}: {', '.join(world.design_names)}\n" in out


def test_schema_prints_the_schema_that_is_committed(command) -> None:
    code, out, _ = command("schema")
    assert code == 0
    assert out == (ROOT / "scenarios" / "schema.json").read_text()


def write_log(path: Path) -> None:
    """120 customers who buy at gamma-distributed rates through 2024."""
    generator = np.random.default_rng(1)
    rows = [
        (f"c{customer}", f"{np.datetime64('2024-01-01') + day}", f"{amount:.2f}")
        for customer, visits in enumerate(1 + generator.poisson(generator.gamma(0.8, 6.0, 120)))
        for day, amount in zip(
            generator.integers(0, 360, visits), generator.lognormal(3, 0.5, visits), strict=True
        )
    ]
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([("customer_id", "date", "amount"), *rows])


def test_a_log_becomes_a_scenario_that_can_be_compared(command, market) -> None:
    write_log(Path("log.csv"))
    code, out, _ = command("calibrate", "log.csv", "--out", "shop.yaml", "--title", "Shop", "--share", 0.4)
    assert code == 0
    assert "Next: loyalty-sim compare shop.yaml" in out
    assert load("shop.yaml").title == "Shop"
    code, out, _ = command("compare", "shop.yaml", "--replicates", 1, "--weeks", 60, "--json")
    assert code == 0
    assert json.loads(out)["scenario"]["title"] == "Shop"


def test_holdout_prints_scores_beside_the_baselines(command) -> None:
    write_log(Path("log.csv"))
    code, out, err = command(
        "holdout", "log.csv", "--calibration-end", "2024-08-15", "--holdout-end", "2024-12-20",
        "--replicates", 5, "--out", "scores",
    )  # fmt: skip
    assert code == 0, err
    assert "BG/NBD" in out
    assert json.loads(Path("scores/scores.json").read_text())["customers"] > 0
    assert "loyalty-sim holdout log.csv --calibration-end 2024-08-15" in Path("scores/report.md").read_text(
        "utf-8"
    )
    assert Path("scores/report.png").read_bytes().startswith(b"\x89PNG")


def test_warm_says_one_line(command) -> None:
    code, out, _ = command("warm")
    assert code == 0
    assert out == "the simulation is compiled\n"


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    script = (
        "import sys; from sim.cli import main\n"
        "main(['compare', '--help'])\n"
        "heavy = {'numba', 'pandas', 'scipy', 'matplotlib', 'mesa', 'duckdb', 'ruamel'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(heavy)) or 0)"
    )
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--replicates" in done.stdout


# --- what is wrong with the input: 2, a message, and nothing left behind -----------------------------------


@pytest.mark.parametrize(
    "words, message",
    [
        (["--designs", "none,pionts"], "unknown design 'pionts'; did you mean 'points'?"),
        (["--replicates", "0"], "--replicates is 0"),
        (["--replicates", "-3"], "--replicates is -3"),
        (["--replicates", "many"], "Invalid value for '--replicates'"),
        (["--workers", "0"], "--workers is 0"),
        (["--seed", "-1"], "--seed is -1"),
        (["--seed", str(2**32)], f"--seed is {2**32}"),
        (["--customers", "0"], "--customers is 0"),
        (["--weeks", "10"], "the burn-in of the scenario takes 10 weeks"),
        (["--bogus"], "No such option"),
    ],
)
def test_a_wrong_option_is_refused_and_nothing_is_written(command, market, words, message) -> None:
    code, out, err = command("compare", market, *words)
    assert code == 2
    assert err.startswith("loyalty-sim: ")
    assert message in err
    assert "Traceback" not in err
    assert out == ""
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("weeks: 40, burn_in: 10", "weeks: 10, burn_in: 40", "burn_in (40)"),
        (FIRMS, FIRMS.replace("0.4", "0").replace("0.6", "0"), "share"),
        ("mean: 36.0", "mean: .nan", "finite"),
        ("unit_cost: 0.7}\nfocus", "unit_cots: 0.7}\nfocus", "unit_cost"),
        ("category: {name: groceries}", "category: {name: groceries", "grocers.yaml"),
        (SMALL, "\x00\x01 not yaml at all", "grocers.yaml"),
        (SMALL, "- just\n- a list\n", "grocers.yaml"),
        (SMALL, "", "grocers.yaml"),
        ("points: {programme", "none: {programme", "none"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["check", "compare", "run"])
def test_a_wrong_scenario_is_refused_with_its_place(command, market, verb, old, new, message) -> None:
    assert old in SMALL
    market.write_text(SMALL.replace(old, new, 1))
    code, out, err = command(verb, market)
    assert code == 2
    assert err.startswith("loyalty-sim: ")
    assert "grocers.yaml" in err
    assert message in err
    assert "Traceback" not in err
    assert out == ""
    assert not list(Path().iterdir())


@pytest.mark.parametrize("words", [["compare"], ["run"], ["check"]])
def test_a_scenario_that_is_not_there_is_named(command, words, tmp_path) -> None:
    code, _, err = command(*words, tmp_path / "missing.yaml")
    assert code == 2
    assert "missing.yaml" in err


def test_a_missing_argument_and_an_unknown_command_are_refused(command) -> None:
    for words in (["compare"], ["comprae"], ["calibrate", "log.csv"]):
        code, out, err = command(*words)
        assert code == 2, words
        assert err.startswith("loyalty-sim: ")
        assert out == ""


def test_no_words_at_all_print_the_help(command) -> None:
    _, out, err = command()
    assert "compare" in out + err


def test_a_folder_that_cannot_be_written_is_refused_before_simulating(command, market) -> None:
    Path("file").write_text("")
    for out in ("file", "file/run"):
        for verb in ("compare", "run"):
            code, _, err = command(verb, market, "--out", out)
            assert code == 2
            assert "file" in err
            assert "simulating" not in err
    assert Path("file").read_text() == ""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(command, market) -> None:
    Path("locked").mkdir(mode=0o500)
    code, _, err = command("compare", market, "--out", "locked/run")
    assert code == 2
    assert "cannot write to the results folder" in err


def test_a_scenario_that_only_a_market_can_find_wrong_is_the_users_fault(command, market) -> None:
    market.write_text(SMALL.replace("per_currency: 1,", "per_currency: 1000000,"))
    for words in (["compare", market, "--replicates", 1], ["run", market, "--design", "points"]):
        code, _, err = command(*words)
        assert code == 2
        assert "per_currency" in err


def test_other_settings_are_not_mixed_into_a_folder(command, market) -> None:
    command("compare", market, "--replicates", 2, "--out", "run")
    before = {path.name: path.read_bytes() for path in Path("run").iterdir()}
    code, _, err = command("compare", market, "--replicates", 3, "--out", "run")
    assert code == 2
    assert "replicates: 2 -> 3" in err
    assert {path.name: path.read_bytes() for path in Path("run").iterdir()} == before


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "log.csv"),
        ("customer_id,date,amount\n", "log.csv"),
        ("customer_id,date,amount\na,2024-13-45,3\n", "log.csv:2"),
        ("who,when,what\na,2024-01-01,3\n", "customer_id"),
    ],
)
def test_a_wrong_log_is_refused_with_its_line_and_no_scenario_is_written(command, text, message) -> None:
    Path("log.csv").write_text(text)
    for words in (
        ["calibrate", "log.csv", "--out", "new.yaml"],
        ["holdout", "log.csv", "--calibration-end", "2024-02-01", "--holdout-end", "2024-03-01"],
    ):
        code, out, err = command(*words)
        assert code == 2
        assert err.startswith("loyalty-sim: ")
        assert message in err
        assert out == ""
    assert [path.name for path in Path().iterdir()] == ["log.csv"]


def test_wrong_dates_and_shares_are_refused(command) -> None:
    write_log(Path("log.csv"))
    code, _, err = command("calibrate", "log.csv", "--out", "new.yaml", "--share", 1.5)
    assert (code, "share" in err) == (2, True)
    code, _, err = command(
        "holdout", "log.csv", "--calibration-end", "2024-08-01", "--holdout-end", "2024-02-01"
    )
    assert (code, "order" in err) == (2, True)
    code, _, err = command("calibrate", "log.csv", "--out", "log.csv/new.yaml")
    assert (code, "cannot write" in err) == (2, True)
    assert not Path("new.yaml").exists()


# --- what goes wrong on the way ----------------------------------------------------------------------------


def test_a_fault_of_the_program_is_one_line_with_a_hint(command, market, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr("sim.market.warm", fail)
    code, out, err = command("warm")
    assert (code, out) == (1, "")
    assert err.startswith("loyalty-sim: the program failed: KeyError: 'surprise'")
    assert "LOYALTY_SIM_DEBUG=1" in err
    monkeypatch.setenv("LOYALTY_SIM_DEBUG", "1")
    code, _, err = command("warm")
    assert code == 1
    assert "Traceback" in err
    assert command("check", "missing.yaml")[2].startswith("loyalty-sim: missing.yaml")


def test_a_market_that_fails_is_named_and_the_others_are_kept(command, market, monkeypatch) -> None:
    from sim.market import Market

    def fail(self) -> dict[str, float]:
        raise ArithmeticError("the books are out of balance")

    with monkeypatch.context() as patch:
        patch.setattr(Market, "metrics", fail)
        code, out, err = command("compare", market, "--replicates", 1, "--out", "run")
    assert (code, out) == (1, "")
    assert "the books are out of balance" in err
    assert "run it alone with: loyalty-sim run" in err
    assert command("compare", market, "--replicates", 1, "--out", "run")[0] == 0


def test_long_compiling_is_announced(command, monkeypatch) -> None:
    monkeypatch.setattr("sim.commands.options.COMPILING_AFTER", 0.05)
    monkeypatch.setattr("sim.market.warm", lambda: time.sleep(0.3))
    _, _, err = command("warm")
    assert "compiling, once, about half a minute" in err


@pytest.mark.skipif(os.name != "posix", reason="signals are sent the POSIX way")
def test_ctrl_c_in_mid_run_keeps_what_is_finished_and_the_same_command_goes_on(command, market) -> None:
    words = ["compare", str(market), "--replicates", "100", "--workers", "2", "--out", "run"]
    command("warm")
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        # A shell starts what runs in the background deaf to Ctrl-C; a person's command is not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    journal = Path("run/journal.sqlite3-wal")
    deadline = time.monotonic() + 120
    while not (journal.exists() and journal.stat().st_size > 60_000):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    assert "they are kept in run. The same command goes on from there:" in err
    assert f"loyalty-sim {' '.join(words)}" in err
    assert not Path("run/manifest.json").exists()
    done = int(err.split("interrupted after ")[1].split(" of 300")[0])
    assert 0 < done < 300
    code, _, _ = command(*words)
    assert code == 0
    manifest = json.loads(Path("run/manifest.json").read_text())
    assert manifest["markets_kept"] == done
