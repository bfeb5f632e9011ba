"""The command `ablate`: what it prints where, and which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from tests.experiments.fake import world

FEW = ("--mechanisms", "price, stamps", "--replicates", 2, "--customers", 100, "--weeks", 24)


@pytest.fixture
def market(tmp_path: Path) -> Path:
    path = tmp_path / "grocers.yaml"
    sim.save(world(), path)
    return path


def test_ablate_prints_a_row_a_mechanism_and_names_the_dead(command, market) -> None:
    code, out, err = command("ablate", market, *FEW)
    assert code == 0, err
    for words in ("Harbour: what changes where a mechanism is switched off", "as it stands", "EUR", "clv"):
        assert words in out
    assert any(line.startswith("price ") for line in out.splitlines())
    assert "Changes no metric here, to the bit: stamps." in out
    assert "simulating markets" in err
    assert not list(Path().iterdir())


def test_ablate_keeps_what_it_has_run_in_the_folder_that_is_named(command, market) -> None:
    assert command("ablate", market, *FEW, "--out", "kept")[0] == 0
    manifest = json.loads(Path("kept/manifest.json").read_text())
    assert (manifest["markets_run"], manifest["markets_kept"]) == (6, 0)
    before = {name: Path("kept", name).read_bytes() for name in ("values.parquet", "differences.csv")}
    assert command("ablate", market, *FEW, "--out", "kept")[0] == 0
    manifest = json.loads(Path("kept/manifest.json").read_text())
    assert (manifest["markets_run"], manifest["markets_kept"]) == (0, 6)
    assert before == {name: Path("kept", name).read_bytes() for name in before}
    code, _, err = command("ablate", market, *FEW, "--out", "kept", "--seed", 9)
    assert code == 2 and "seed: 1 -> 9" in err


def test_ablate_prints_one_json_object_and_nothing_else_on_standard_output(command, market) -> None:
    code, out, err = command("ablate", market, *FEW, "--design", "stamps", "--seed", 5, "--json")
    assert code == 0, err
    said = json.loads(out)
    assert (said["design"], said["mechanisms"]) == ("stamps", ["price", "stamps"])
    assert (said["replicates"], said["seed"], said["customers"], said["weeks"]) == (2, 5, 100, 24)
    assert said["dead"] == []
    assert said["differences"]["price"]["revenue"]["mean"] != 0
    assert said["provenance"]["command"].startswith("loyalty-sim ablate ")


def test_the_command_and_the_call_give_the_same_numbers(command, market) -> None:
    _, out, _ = command("ablate", market, *FEW, "--workers", 1, "--json")
    called = sim.ablate(
        sim.load(market), mechanisms=["price", "stamps"], replicates=2, customers=100, weeks=24, workers=2
    )
    assert json.loads(out)["differences"] == called.to_dict()["differences"]


@pytest.mark.parametrize(
    "words, message",
    [
        (["--mechanisms", "pirce"], "no mechanism is called 'pirce'; did you mean 'price'?"),
        (["--mechanisms", ","], "no mechanism is named"),
        (["--design", "pionts"], "unknown design 'pionts'; did you mean 'points'?"),
        (["--replicates", "0"], "--replicates is 0"),
        (["--weeks", "10"], "the burn-in of the scenario takes 10 weeks"),
        (["--bogus"], "No such option"),
    ],
)
def test_a_wrong_option_is_refused(command, market, words, message) -> None:
    code, out, err = command("ablate", market, *words)
    assert code == 2
    assert err.startswith("loyalty-sim: ")
    assert message in err
    assert "Traceback" not in err
    assert out == ""


def test_a_market_that_fails_is_the_programs_fault(command, market, monkeypatch) -> None:
    from sim.market import Market

    def fail(self) -> dict[str, float]:
        raise ArithmeticError("the books are out of balance")

    monkeypatch.setattr(Market, "metrics", fail)
    code, out, err = command("ablate", market, *FEW)
    assert (code, out) == (1, "")
    assert "the books are out of balance" in err


def test_ctrl_c_ends_with_130_and_says_how_far_it_came(command, market, monkeypatch) -> None:
    from sim.market import Market

    def interrupt(self) -> dict[str, float]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Market, "metrics", interrupt)
    code, out, err = command("ablate", market, *FEW)
    assert (code, out) == (130, "")
    assert "interrupted after 0 of 6 markets" in err
