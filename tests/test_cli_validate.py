"""The command `validate`: what it prints where, what it keeps, and which exit code."""

from __future__ import annotations

import csv
import json
from pathlib import Path

FEW = ("--rows", "S02,F02,M12", "--replicates", 2, "--workers", 1)


def test_validate_prints_the_rows_and_their_count_and_keeps_nothing_unless_asked(command) -> None:
    code, out, err = command("validate", *FEW)
    assert code == 0, err
    for words in ("F02a", "M12c", "echo", "CAL: 4 of 4 rows agree", "VAL: 3 of 3 rows agree"):
        assert words in out
    assert "running experiments" in err
    assert not list(Path().iterdir())


def test_validate_writes_the_card_and_goes_on_where_it_was(command) -> None:
    for fresh in (6, 0):
        code, _, err = command("validate", *FEW, "--out", "card")
        assert code == 0, err
        record = json.loads(Path("card/manifest.json").read_text(encoding="utf-8"))
        assert record["markets_run"] == fresh
    names = {path.name for path in Path("card").iterdir()}
    assert {"card.md", "card.csv", "card.png", "models.csv", "values.csv", "manifest.json"} <= names
    assert "loyalty-sim validate --rows S02,F02,M12" in Path("card/card.md").read_text(encoding="utf-8")


def test_json_is_one_object_and_holds_verdicts_and_counts(command) -> None:
    code, out, err = command("validate", "--rows", "S02", "--replicates", 2, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert [row["id"] for row in found["rows"]] == ["S02a"]
    assert found["counts"]["CAL"] == {"rows": 1, "agree": 1, "echoes": 1, "off": 0}


def test_what_is_wrong_is_said_with_exit_code_2(command) -> None:
    for words, said in (
        (("--rows", "X99"), "no finding is called 'X99'"),
        (("--rows", "S02", "--against", "everything"), "no model is called 'everything'"),
        (("--rows", "S02", "--size", "huge"), "'full' or 'small'"),
    ):
        code, out, err = command("validate", *words)
        assert code == 2
        assert out == ""
        assert said in err
        assert "Traceback" not in err


def test_a_look_at_rows_that_are_never_fitted_to_is_noted_where_the_log_of_looks_is(command) -> None:
    log = Path("results/reference/looks.csv")
    log.parent.mkdir(parents=True)
    head = "time,code,rows,replicates,val_agree,val_rows,why\n"
    log.write_text(head, encoding="utf-8")
    command("validate", "--rows", "S02", "--replicates", 2, "--workers", 1)
    assert log.read_text(encoding="utf-8") == head
    command("validate", *FEW, "--why", "a test, no more")
    with log.open(newline="", encoding="utf-8") as file:
        (line,) = csv.DictReader(file)
    assert (line["rows"], line["val_agree"], line["val_rows"], line["why"]) == (
        "S02 F02 M12", "3", "3", "a test, no more",
    )  # fmt: skip
