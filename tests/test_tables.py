"""The tables of README.md and the site match the CSVs that the benchmarks and the lab wrote."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def tables(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("tables")


def test_the_tables_are_those_of_the_measurements(tables):
    text = tables.README.read_text("utf-8")
    assert {match[2] for match in tables.TABLE.finditer(text)} == set(tables.TABLES)
    assert text.count("<!-- table:") == len(tables.TABLE.findall(text)), "a marker is misspelled"
    assert not tables.stale(), "run python benchmarks/tables.py"


def test_every_table_of_the_site_is_made_and_included(tables):
    made = set(tables.files())
    folders = (tables.NUMBERS / "tables", tables.GALLERY / "tables")
    assert made == {path for folder in folders for path in folder.iterdir()}
    pages = (ROOT / "docs/explanation/numbers.md", ROOT / "docs/gallery/index.md")
    included = [
        (page.parent / name).resolve()
        for page in pages
        for name in re.findall(r"^:file: (.+)$", page.read_text("utf-8"), re.MULTILINE)
    ]
    assert made <= set(included)
    assert all(path.exists() for path in included)


def test_a_number_that_was_changed_by_hand_is_put_right(tables, tmp_path, monkeypatch):
    text = tables.README.read_text("utf-8")
    assert tables.with_tables(text.replace("| GunPoint |", "| Gunpoint |")) == text

    (tmp_path / "gates-table.csv").write_bytes((tables.GALLERY / "gates-table.csv").read_bytes())
    monkeypatch.setattr(tables, "GALLERY", tmp_path)
    path = tmp_path / "tables/gates.csv"
    assert "write,full,0.1,20 of 20,0.000153," in tables.stale()[path]
    path.parent.mkdir()
    path.write_text(tables.stale()[path].replace("20 of 20", "19 of 20"), encoding="utf-8")
    assert path in tables.stale()


def test_an_accuracy_is_that_of_the_seeds_in_the_csv(tables, tmp_path, monkeypatch):
    header = "set,untouched,training_series,steps,contender,seed,accuracy,cpu_seconds,reason"
    names = [f'"{name}"' for name in tables.CONTENDERS]
    rows = [f"Waves,yes,20,7–29,{name},0,0.5,3,," for name in names[1:-1]]
    rows += ["Waves,yes,20,7–29,glasscell,0,0.98,3,", "Waves,yes,20,7–29,glasscell,1,1.0,5,"]
    rows += ["Waves,yes,20,7–29,MiniRocket,0,,,takes series of one length only"]
    (tmp_path / "accuracy.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    monkeypatch.setattr(tables, "NUMBERS", tmp_path)
    assert tables.TABLES["accuracy"]()[-1] == [
        "Waves †",
        "20",
        "7–29",
        "0.990",
        "0.500",
        "0.500",
        "0.500",
        "–",
    ]
