"""The tables of README.md and docs/explanation/numbers.md are those of the CSVs that the benchmarks wrote."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def tables(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("tables")


def test_the_tables_of_the_pages_are_those_of_the_csvs(tables):
    found = [match[2] for page in tables.PAGES for match in tables.TABLE.finditer(page.read_text("utf-8"))]
    assert set(found) == set(tables.TABLES)
    for page in tables.PAGES:
        text = page.read_text("utf-8")
        assert text.count("<!-- table:") == len(tables.TABLE.findall(text)), f"{page.name}: a marker is misspelled"
        assert text == tables.with_tables(text), f"{page.name}: run python benchmarks/tables.py"


def test_a_number_that_was_changed_by_hand_is_put_right(tables):
    page = ROOT / "docs/explanation/numbers.md"
    text = page.read_text("utf-8")
    table = tables.TABLES["CPU seconds"]()
    assert table in text
    assert tables.with_tables(text.replace(table, table.replace("GunPoint", "Gunpoint"))) == text


def test_an_accuracy_is_that_of_the_seeds_in_the_csv(tables, tmp_path, monkeypatch):
    header = "set,untouched,training_series,steps,contender,seed,accuracy,cpu_seconds,reason"
    names = [f'"{name}"' for name in tables.CONTENDERS]
    rows = [f"Waves,yes,20,7–29,{name},0,0.5,3,," for name in names[1:-1]]
    rows += ["Waves,yes,20,7–29,glasscell,0,0.98,3,", "Waves,yes,20,7–29,glasscell,1,1.0,5,"]
    rows += ["Waves,yes,20,7–29,MiniRocket,0,,,takes series of one length only"]
    (tmp_path / "accuracy.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    monkeypatch.setattr(tables, "NUMBERS", tmp_path)
    assert tables.TABLES["accuracy"]().splitlines()[-1] == "| Waves † | 20 | 7–29 | 0.990 | 0.500 | 0.500 | 0.500 | – |"
