"""Run an export to C on an emulated microcontroller with examples; report the memory used.

python tests/elsewhere/board.py FOLDER/network   needs arm-none-eabi-gcc and qemu-system-arm;
                                                 beside it is its side file
"""

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

BOARD = Path(__file__).parent / "board"
CPU = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]
STRICT = ["-Os", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fstack-usage"]
TOLERANCE = 1e-5


def number(value: float | None) -> str:
    """Write a float32 constant."""
    return "NAN" if value is None or math.isnan(value) else f"{float(value)!r}f"


def program(name: str, about: dict) -> str:
    """Write a program that runs the network on all examples and prints the errors of outputs."""
    longest = max(len(one["series"]) for one in about["examples"])
    lines = [
        f'#include "{name}.h"',
        "#include <math.h>",
        "#include <stdio.h>",
        f"static float scratch[{name.upper()}_SCRATCH({longest})];",
        "static float off = 0;",
        "int main(void)",
        "{",
        f"    {name}_answer answer;",
    ]
    for k, one in enumerate(about["examples"]):
        steps = ", ".join("{" + ", ".join(map(number, step)) + "}" for step in one["series"])
        wanted = ", ".join(map(number, one["answer"]))
        lines += [
            f"    static const float x{k}[][{name.upper()}_CHANNELS] = {{{steps}}}, wanted{k}[] "
            f"= {{{wanted}}};",
            f"    {name}_predict(x{k}[0], {len(one['series'])}, scratch, &answer);",
            f"    for (int c = 0; c < {len(one['answer'])}; c++)",
            f"        off = fmaxf(off, fabsf(answer.answers[c] - wanted{k}[c]));",
        ]
    return "\n".join([*lines, '    printf("%g\\n", (double)off);', "    return 0;", "}", ""])


def main() -> None:
    """Compile, run, and end with 1 where an answer is another."""
    source = Path(sys.argv[1]).resolve()
    about = json.loads(Path(f"{source}.json").read_text("utf-8"))
    (unit,) = [path for path in source.glob("*.c") if path.name != "main.c"]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "examples.c").write_text(program(unit.stem, about), encoding="utf-8")
        compiler = ["arm-none-eabi-gcc", *CPU, f"-I{source}"]
        subprocess.run([*compiler, *STRICT, "-c", unit, "-o", work / "network.o"], check=True)
        files = [BOARD / "start.c", work / "network.o", work / "examples.c"]
        linked = [
            "--specs=rdimon.specs",
            "-T",
            BOARD / "memory.ld",
            "-o",
            work / "program",
            *files,
            "-lm",
        ]
        subprocess.run([*compiler, *linked], check=True)
        emulator = ["qemu-system-arm", "-machine", "mps2-an386", "-nographic", "-semihosting"]
        shown = subprocess.run(
            [*emulator, "-kernel", work / "program"],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout
        size = subprocess.run(
            ["arm-none-eabi-size", work / "network.o"], check=True, capture_output=True, text=True
        )
        stack = sum(
            int(line.split()[1]) for line in (work / "network.su").read_text("utf-8").splitlines()
        )
    read_only, written = map(int, size.stdout.splitlines()[1].split()[:2])
    off = float(shown) / max(1.0, max(abs(v) for one in about["examples"] for v in one["answer"]))
    name = source.parent.name
    print(
        f"Cortex-M4 {name}: {read_only} bytes read-only, {written} written, {stack} of stack; "
        f"off by {off:.0e}"
    )
    if not off <= TOLERANCE:
        sys.exit(f"{name} answers otherwise than glasscell")


if __name__ == "__main__":
    main()
