"""Files of safetensors, written byte by byte as the format's page describes it."""

import json


def write_safetensors(path, arrays, **changed):
    header, content = {"__metadata__": {"format": "pt"}}, b""
    for name, (dtype, v) in arrays.items():
        header[name] = {
            "dtype": dtype,
            "shape": list(v.shape),
            "data_offsets": [len(content), len(content) + v.nbytes],
        }
        header[name] |= changed
        content += v.tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content)
    return path
