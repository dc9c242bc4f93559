"""Series whose truth is known, written in every form that a file may have."""

import bz2
import gzip
import io
import lzma
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa


class Truth:
    """Random series, some values missing, with text labels."""

    def __init__(self, n, steps, width, equal=False):
        rng = np.random.default_rng(100 * n + 10 * steps + width)
        self.lengths = np.full(n, steps) if equal else rng.integers(1, steps + 1, n)
        self.series = [
            rng.normal(size=(length, width)).astype(np.float32) for length in self.lengths
        ]
        for one in self.series:
            one[1:-1][rng.random(one[1:-1].shape) < 0.1] = np.nan
        self.y = rng.choice(["walk", "run", "stand still"], n)
        self.width = width

    def long(self, **more):
        rows = [
            {
                "id": f"s{n}",
                "t": t,
                **{f"c{d}": value for d, value in enumerate(step)},
                "label": self.y[n],
                **more,
            }
            for n, one in enumerate(self.series)
            for t, step in enumerate(one)
        ]
        return pd.DataFrame(rows)

    def wide(self):
        steps = self.lengths.max()
        table = pd.DataFrame({"label": self.y})
        columns = {f"c{d}_{t}": [one[t, d] if t < len(one) else np.nan for one in self.series]
                   for t in range(steps) for d in range(self.width)}  # fmt: skip
        return pd.concat([table, pd.DataFrame(columns)], axis=1)

    def ts(self):
        def spelled(one):
            return ":".join(
                ",".join("?" if np.isnan(v) else repr(float(v)) for v in channel)
                for channel in one.T
            )

        head = (
            f"#A comment\n\n@problemName Made\n@timeStamps false\n@univariate "
            f"{str(self.width == 1).lower()}\n"
        )
        head += (
            f"@dimensions {self.width}\n@equalLength false\n@classLabel true walk run stand "
            f"still\n@data\n"
        )
        head = head.replace("stand still\n@data", "stand_still\n@data")
        lines = [
            f"{spelled(one)}:{str(y).replace(' ', '_')}"
            for one, y in zip(self.series, self.y, strict=True)
        ]
        return head + "\n".join(lines) + "\n"

    def arff(self):
        def spelled(values):
            return ",".join("?" if np.isnan(v) else repr(float(v)) for v in values)

        names = [f"@attribute t{t} numeric" for t in range(self.lengths.max())]
        if self.width > 1:
            names = ["@attribute relationalAtt relational", *names, "@end relationalAtt"]
        rows = ["'" + r"\n".join(spelled(c) for c in one.T) + "'" if self.width > 1
                else spelled(one[:, 0]) for one in self.series]  # fmt: skip
        rows = [f"{row},'{y}'" for row, y in zip(rows, self.y, strict=True)]
        return "\n".join(["% a comment", "@relation 'made'", *names,
                          "@attribute class {walk,run,'stand still'}", "@data",
                          *rows])  # fmt: skip

    def check(self, s, atol=1e-6, ids=None, y=True):
        assert s.lengths.tolist() == self.lengths.tolist()
        assert s.x.shape == (len(self.series), self.lengths.max(), self.width)
        for k, one in enumerate(self.series):
            np.testing.assert_allclose(s.x[k, : len(one)], one, rtol=1e-6, atol=atol)
        if y:
            assert [label.replace("_", " ") for label in s.y] == self.y.tolist()
            assert s.task == "classification"
        else:
            assert s.y is None
        assert s.ids.tolist() == (ids or [str(k) for k in range(len(self.series))])


PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda b: zstd(b),
    "zip": lambda b: zipped(b),
}


def zstd(content):
    stream = pa.BufferOutputStream()
    with pa.CompressedOutputStream(stream, "zstd") as packed:
        packed.write(content)
    return stream.getvalue().to_pybytes()


def zipped(content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/d.csv", content)
    return stream.getvalue()
