"""Files of the format safetensors: a header of JSON, then the numbers. NumPy is all that it takes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.errors import DataError
from glasscell.interop.sentences import Interop
from glasscell.system.files import one_line

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}  # BF16: the upper half of a float32
MOST_OF_HEADER = 100_000_000  # bytes, as in the format's own library


def read_safetensors(path: Path, wanted: Callable[[str], bool] = lambda name: True) -> dict[str, np.ndarray]:
    """Return the arrays of a file by name: those of floating-point numbers whose names are wanted, as float32 or more.

    Raises
    ------
    DataError
        If the file is missing, or damaged.

    Examples
    --------
    >>> import tempfile
    >>> header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    >>> path = Path(tempfile.mkdtemp(), "w.safetensors")
    >>> _ = path.write_bytes(len(header).to_bytes(8, "little") + header + np.array([1, 2], "<f4").tobytes())
    >>> read_safetensors(path)
    {'w': array([1., 2.], dtype=float32)}
    """
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if not 2 <= size <= MOST_OF_HEADER:
                raise ValueError(f"its header has {size} bytes")
            header = json.loads(file.read(size))
            start = 8 + size
            chosen = {name: about for name, about in header.items() if name != "__metadata__" and wanted(name)}
            return {name: _read(file, start, about) for name, about in chosen.items() if about["dtype"] in DTYPES}
    except OSError as error:
        raise DataError(Interop.UNREADABLE, file=path, words=error.strerror or one_line(error)) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(Interop.DAMAGED_SAFETENSORS, file=path, words=one_line(error)) from error


def _read(file: Any, start: int, about: dict[str, Any]) -> np.ndarray:
    begin, end = about["data_offsets"]
    dtype = np.dtype(DTYPES[about["dtype"]])
    size = int(np.prod(about["shape"], dtype="int64")) * dtype.itemsize
    if not 0 <= begin <= end or end - begin != size:
        raise ValueError(f"{end - begin} bytes for the shape {about['shape']}")
    file.seek(start + begin)
    content = file.read(size)
    if len(content) != size:
        raise ValueError(f"it ends {size - len(content)} bytes early")
    v = np.frombuffer(content, dtype).reshape(about["shape"])
    if about["dtype"] == "BF16":
        v = (v.astype("<u4") << 16).view("<f4")
    return v.astype("float64" if about["dtype"] == "F64" else "float32")
