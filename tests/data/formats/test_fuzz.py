"""However a valid file is changed, it is read as sequences or rejected in one sentence."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.truth import PACKERS, Truth

from glasscell.data import read, read_in_parts
from glasscell.errors import DataError, UsageError

EXAMPLES = int(os.environ.get("GLASSCELL_FUZZ_EXAMPLES", "40"))
FORMS = ("csv", "wide.csv", "semicolon.csv", "thousands.csv", "utf16.csv", "cp1252.csv", "txt",
         "parquet", "wide.parquet", "feather", "xlsx", "jsonl", "lists.jsonl", "ts", "stamped.ts",
         "tsf", "arff", "npy", "npz", "columns.json", "titled.csv", "csv.gz", "csv.zip", "csv.xz",
         "csv.zst")  # fmt: skip
LONGEST = 1200  # characters of a message: two lists of names, and our own


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    """Return a valid file of each form, as bytes."""
    truth, equal = Truth(6, 5, 2), Truth(6, 5, 2, equal=True)
    folder = tmp_path_factory.mktemp("valid")
    truth.long().to_parquet(folder / "d.parquet")
    truth.wide().to_parquet(folder / "d.wide.parquet", compression="gzip")
    truth.long().to_feather(folder / "d.feather")
    truth.long().to_excel(folder / "d.xlsx", index=False)
    truth.long().to_json(folder / "d.jsonl", orient="records", lines=True)
    np.save(folder / "d.npy", np.stack(equal.series))
    np.savez_compressed(folder / "d.npz", x=np.stack(equal.series), y=equal.y)
    files = {path.name.removeprefix("d."): path.read_bytes() for path in folder.iterdir()}
    csv = truth.long().to_csv(index=False).encode()
    files |= {
        "csv": csv,
        "wide.csv": truth.wide().to_csv(index=False).encode(),
        "semicolon.csv": truth.long().to_csv(index=False, sep=";", decimal=",").encode(),
        "thousands.csv": b"sep=;\n# of six\nid;t;x\n"
        + b"".join(
            b"%d;%d/31/2026 1%d:00 AM;1.%03d,5\n" % (k // 2, 1 + 2 * (k % 2), k % 2, 9 * k)
            for k in range(12)
        ),
        "utf16.csv": truth.long().to_csv(index=False).encode("utf-16"),
        "cp1252.csv": truth.long(größe=1.5).to_csv(index=False).encode("cp1252"),
        "columns.json": truth.long().to_json(orient="split").encode(),
        "titled.csv": b"Walk 7\n\n2026;;\nid;x;label\n;m/s;\n"
        + b"".join(b"%d;1,5;u\n" % k for k in range(6)) * 2,
        "lists.jsonl": b"".join(
            b'{"label": "%d", "x": [1, null, %d], "y": [1.5, 2, 3]}\n' % (k, k) for k in range(6)
        ),
        "stamped.ts": b"@timeStamps true\n@classLabel true a b\n@data\n"
        + b"(2026-01-01,1),(2026-01-02,?):b\n" * 6,
        "tsf": b"@relation r\n@attribute series_name string\n@frequency daily\n@data\n"
        + b"".join(b"T%d:1,?,%d\n" % (k, k) for k in range(6)),
        "txt": b"".join(b"  %d  %.7e  %.7e\n" % (k % 2, k, -k) for k in range(9)),
        "ts": truth.ts().encode(),
        "arff": truth.arff().encode(),
        **{f"csv.{packed}": pack(csv) for packed, pack in PACKERS.items()},
    }
    return files


TOKENS = [b"\n", b",", b";", b":", b"\t", b"?", b"'", b'"', b"@data\n", b"nan", b"inf", b"1e999",
          b"-", b"\0", b"\xff", b"(", b"{", b"}", b" ", b"\r", b"9" * 400, b"\xef\xbb\xbf", b"@",
          b"\\n", b"#", b"sep=;\n", b"\xff\xfe", b"[", b"]", b"\xe4", b"AM", b"/",
          b"1.234,5"]  # fmt: skip

changes = st.lists(
    st.one_of(
        st.tuples(st.just("flip"), st.floats(0, 1), st.integers(0, 255)),
        st.tuples(st.just("cut"), st.floats(0, 1), st.floats(0, 1)),
        st.tuples(st.just("double"), st.floats(0, 1), st.floats(0, 1)),
        st.tuples(st.just("insert"), st.floats(0, 1), st.sampled_from(TOKENS)),
    ),
    min_size=1,
    max_size=4,
)


def mutated(content, changes):
    for kind, where, what in changes:
        at = int(where * len(content))
        if kind == "flip" and at < len(content):
            content = content[:at] + bytes([what]) + content[at + 1 :]
        elif kind == "insert":
            content = content[:at] + what + content[at:]
        elif kind in ("cut", "double"):
            low, high = sorted((at, int(what * len(content))))
            content = (
                content[:low] + content[high:] if kind == "cut" else content[:high] + content[low:]
            )
    return content


def refused(error, path):
    assert str(error).startswith(f"{path}: ")
    assert "\n" not in str(error)
    assert len(str(error)) < len(str(path)) + LONGEST


@pytest.mark.long(2)
@pytest.mark.parametrize("form", FORMS)
def test_mutated_files(form, valid, tmp_path):
    path = tmp_path / f"d.{form}"

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changes=changes, in_parts=st.booleans())
    def mutate(changes, in_parts):
        path.write_bytes(mutated(valid[form], changes))
        try:
            parts = list(read_in_parts(path, series=2)) if in_parts else [read(path)]
        except (DataError, UsageError) as error:
            refused(error, path)
            return
        for s in parts:
            assert s.x.dtype == np.float32
            assert len(s) == len(s.lengths) == len(s.ids) > 0
            assert s.x.shape[2] == len(s.channels)
            assert not np.isinf(s.x).any()
            assert np.isnan(s.x[~s.mask]).all()
            assert s.y is None or len(s.y) == len(s)

    mutate()


@pytest.mark.few(9)
@pytest.mark.parametrize("form", FORMS)
def test_the_files_are_valid_before(form, valid, tmp_path):
    (tmp_path / f"d.{form}").write_bytes(valid[form])
    assert len(read(tmp_path / f"d.{form}")) == (9 if form == "txt" else 6)


@settings(
    max_examples=5 * EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    content=st.one_of(
        st.text(alphabet="01.,;\t \n\"'-e@:?abn_", max_size=60).map(str.encode),
        st.binary(max_size=60),
    )
)
def test_any_bytes(content, tmp_path):
    path = tmp_path / "d"
    path.write_bytes(content)
    try:
        assert len(read(path)) > 0
    except (DataError, UsageError) as error:
        refused(error, path)
