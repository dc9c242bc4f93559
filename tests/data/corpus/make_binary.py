"""Write the corpus files that no editor opens: sheets, Parquet, Feather, NumPy; numbers are fixed.

    python tests/data/corpus/make_binary.py

The text that some repeat is read from its neighbour, so that both hold the same.
"""

import datetime
import io
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

HERE = Path(__file__).parent


def main() -> None:
    """Write them all; what is there is written over."""
    for folder in ("excel", "numpy", "columnar", "malformed"):
        (HERE / folder).mkdir(exist_ok=True)
    write_sheets()
    write_arrays()
    write_columns()


def write_sheets() -> None:
    """Excel's: the rows of measurement.csv, whose dates become dates, and sales by months."""
    rows = pd.read_csv(HERE / "excel/measurement.csv", encoding="utf-8-sig")
    rows["Date"] = pd.to_datetime(rows["Date"], format="%m/%d/%Y").dt.date
    table = [list(rows.columns), *rows.values.tolist()]
    more = [table[0], *([i, d, p + 1, t + 1, r] for i, d, p, t, r in table[1:])]
    write_workbook("workbook", {"first day": table, "second day": more})
    units = [None, None, "bar", "°C", None]
    titled = [["Test bench 3"], [], table[0], units, *table[1:]]
    write_workbook("title", {"log": [[None, *row] for row in titled]})
    write_workbook(
        "notes_first", {"read me": [["measured by", "A. Miller"], ["pump", "P-3"]], "data": table}
    )
    sold = pd.read_csv(HERE / "excel/monate.csv", sep=";", decimal=",").iloc[:2, 1:13].to_numpy()
    months = [datetime.date(2025, k, 1) for k in range(1, 13)]
    write_workbook(
        "sales",
        {"2025": [["month", "Ulm", "Kiel"], *map(list, zip(months, *sold.tolist(), strict=True))]},
    )


def write_workbook(name: str, sheets: dict[str, list[list]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(HERE / f"excel/{name}.xlsx")


def write_arrays() -> None:
    """NumPy's: the series of r/write_csv2.csv."""
    rows = pd.read_csv(HERE / "r/write_csv2.csv", sep=";", decimal=",")
    x = rows[["weight", "intake"]].to_numpy().reshape(5, 6, 2)
    y, ids = (rows[name].to_numpy(str).reshape(5, 6)[:, 0] for name in ("class", "id"))
    lengths = np.array([6, 5, 4, 6, 3])
    padded = np.where(np.arange(6)[None, :, None] < lengths[:, None, None], x, np.nan)
    folder = HERE / "numpy"
    np.save(folder / "walks.npy", x.astype("float32"))
    np.save(folder / "walks_2d.npy", x[..., 0])
    np.savez(folder / "walks.npz", x=x.astype("float32"), y=y)
    names = np.array(["weight", "intake"])
    np.savez_compressed(
        folder / "all_names.npz", X=padded, Y=y, lengths=lengths, channels=names, ids=ids
    )
    np.savez(
        folder / "targets.npz",
        x=x,
        targets=np.array([0.5, 1.25, 2.5, 0.75, 1.5]),
        rate=np.array(50.0),
    )
    np.savez(folder / "x_train.npz", x_train=x[:3], y_train=y[:3], x_test=x[3:], y_test=y[3:])
    unequal = np.empty(5, object)
    unequal[:] = [one[:n] for one, n in zip(x, lengths, strict=True)]
    np.save(folder / "objects.npy", unequal, allow_pickle=True)
    np.save(folder / "one_axis.npy", x[0, :, 0])


def write_columns() -> None:
    """Parquet and Feather: json/rows.jsonl in long form, with an index, and a list per channel."""
    rows = pd.read_json(HERE / "json/rows.jsonl", lines=True)
    folder = HERE / "columnar"
    rows.to_parquet(folder / "long.parquet", index=False)
    rows.set_index(["id", "time"]).to_parquet(folder / "index.parquet")
    rows.to_feather(folder / "long.feather")
    lists = rows.groupby("id", as_index=False).agg(
        {"torque": list, "speed": list, "label": "first"}
    )
    lists.to_parquet(folder / "lists.parquet", index=False)
    days = pd.date_range("2026-01-01", periods=6)
    sold = np.array([10.0, 12.0, 11.0, 13.0, 15.0, 14.0])
    nixtla = [
        pd.DataFrame({"unique_id": who, "ds": days, "y": sold + more})
        for who, more in (("a", 0), ("b", 10))
    ]
    pd.concat(nixtla).to_parquet(folder / "nixtla.parquet", index=False)
    whole = io.BytesIO()
    rows.to_parquet(whole, index=False)
    (HERE / "malformed/cut.parquet").write_bytes(whole.getvalue()[:400])


if __name__ == "__main__":
    main()
