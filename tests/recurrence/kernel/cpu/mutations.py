"""Would check_core notice? Breaks the kernel in one place at a time, and expects a failure.

    python tests/recurrence/kernel/cpu/mutations.py [--cases 200] [--kernel
    src/glasscell/recurrence/kernel/cpu]

Prints a table; exits with 1 if a broken kernel passes, or if a text to break is not found exactly
once.
"""

import argparse
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
KERNEL = HERE.parents[3] / "src/glasscell/recurrence/kernel/cpu"
CC, CXX = shlex.split(os.environ.get("CC", "gcc")), shlex.split(os.environ.get("CXX", "g++"))
FLAGS = ["-std=c++17", "-O1", "-w", "-fPIC", "-ffp-contract=off", "-fno-exceptions", "-fno-rtti"]
FLAGS += ["-fno-threadsafe-statics"]
UNUSED = {
    "avx2": ["-mavx2", "-mfma"],
    "avx512": ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma"],
}
UNUSED = UNUSED if platform.machine() == "x86_64" else {}  # lstm.cpp refers to them, but none runs


class Mutation(NamedTuple):
    breaks: str
    file: str
    old: str
    new: str


def within(file: str, *rows: tuple[str, str, str]) -> list[Mutation]:
    return [Mutation(breaks, file, old, new) for breaks, old, new in rows]


MUTATIONS = [
    *within(
        "forward.h",
        ("c: f·c_prev", "Vector c = multiply_add(f, c_prev, i * z);",
         "Vector c = multiply_add(f, c_prev, z);"),
        ("a_i: its peephole", "a_i = multiply_add(p_i, c_prev, a_i);",
         "a_i = multiply_add(p_f, c_prev, a_i);"),
        ("a_o: its peephole sees c", "a_o = multiply_add(p_o, c, a_o);",
         "a_o = multiply_add(p_o, c_prev, a_o);"),
        ("f = 1 − i", "l.coupled ? one - i :", "l.coupled ? i :"),
        ("output: its end", "store(output + r * output_stride, shown, units);",
         "store(output + r * output_stride, shown);"),
        ("masked steps keep c", "      c = c_prev;\n", ""),
        ("no step, a mask: zeros", "load_row(out.output + row * l.H, in.mask ? nullptr : in.h0,",
         "load_row(out.output + row * l.H, in.h0,"),
    ),
    *within(
        "rows.h",
        ("mask read backwards", "mask[y.row(m, n, y.time(s))]", "mask[y.row(m, n, s)]"),
    ),
    *within(
        "backward.h",
        # h = o·φ(c)
        ("da_o: φ(c)", "dh * φ_c * derivative(l.gate_activation, o)",
         "dh * derivative(l.gate_activation, o)"),
        ("da_o: its sign", "dh * φ_c * derivative(l.gate_activation, o)",
         "-dh * φ_c * derivative(l.gate_activation, o)"),
        ("da_o: σ'", "dh * φ_c * derivative(l.gate_activation, o)", "dh * φ_c"),
        ("da_o: 0 without the gate", "Vector da_o = l.output_gate ?", "Vector da_o = true ?"),
        ("dc: o", "dc = multiply_add(dh * o, ", "dc = multiply_add(dh, "),
        ("dc: φ'", "derivative(l.output_activation, φ_c), dc)", "broadcast(1.f), dc)"),
        ("dc: what later steps said", "derivative(l.output_activation, φ_c), dc)",
         "derivative(l.output_activation, φ_c), zero)"),
        ("dc: peephole of o",
         "dc = multiply_add(load(peephole + 2 * l.H + unit, units), da_o, dc);", ";"),
        ("dc: which peephole", "load(peephole + 2 * l.H + unit, units), da_o",
         "load(peephole + l.H + unit, units), da_o"),
        # c = f·c_prev + i·z
        ("di: z", "Vector di = dc * z,", "Vector di = dc,"),
        ("df: c_prev", "df = dc * c_prev,", "df = dc * load(saved_c + unit),"),
        ("dz: i", "dz = dc * i;", "dz = dc * f;"),
        ("coupled: di's sign", "if (l.coupled) di -= df;", "if (l.coupled) di += df;"),
        ("coupled: df joins di", "if (l.coupled) di -= df;", ""),
        ("da_i: σ'", "di * derivative(l.gate_activation, i)", "di"),
        ("da_i: 0 without the gate", "Vector da_i = l.input_gate ?", "Vector da_i = true ?"),
        ("da_f: σ'", "df * derivative(l.gate_activation, f)", "df"),
        ("da_f: σ' of f", "df * derivative(l.gate_activation, f)",
         "df * derivative(l.gate_activation, i)"),
        ("da_f: 0 if coupled", "Vector da_f = l.forget_gate && !l.coupled ?",
         "Vector da_f = l.forget_gate ?"),
        ("da_f: 0 without the gate", "Vector da_f = l.forget_gate && !l.coupled ?",
         "Vector da_f = !l.coupled ?"),
        ("da_z: φ'", "dz * derivative(l.input_activation, z)", "dz"),
        ("da_z: which φ", "dz * derivative(l.input_activation, z)",
         "dz * derivative(l.gate_activation, z)"),
        ("dc_prev: f", "Vector dc_prev = dc * f;", "Vector dc_prev = dc;"),
        ("dc_prev: peephole of i",
         "dc_prev = multiply_add(load(peephole + unit, units), da_i, dc_prev);", "{}"),
        ("dc_prev: peephole of f",
         "dc_prev = multiply_add(load(peephole + l.H + unit, units), da_f, dc_prev);", "{}"),
        ("dc_prev: which peephole", "load(peephole + unit, units), da_i",
         "load(peephole + l.H + unit, units), da_i"),
        ("da: order of gates", "store(da + V, da_f), store(da + 2 * V, da_z)",
         "store(da + V, da_z), store(da + 2 * V, da_f)"),
        ("c0 in the backward", ": c0 ? load(c0 + unit, units) : zero", ": zero"),
        # what reaches a step
        ("d_output: in the order of reading",
         "(l.return_sequences ? y.row(rows.m, n, s) : rows.m * l.N + n)",
         "(l.return_sequences ? y.row(rows.m, n, y.time(s)) : rows.m * l.N + n)"),
        ("d_output: of the last step", "if (grad.d_output && (l.return_sequences || last))",
         "if (grad.d_output && l.return_sequences)"),
        ("d_output: 0 where zeros were shown", "if (!real && (l.zero_output_for_mask || s <",
         "if (!real && (s <"),
        ("d_output: 0 before the first step",
         "(l.zero_output_for_mask || s < scratch.first_real[r])", "(l.zero_output_for_mask)"),
        ("d_output: kept at real steps", "if (!real && (l.zero_output_for_mask ||",
         "if ((l.zero_output_for_mask ||"),
        ("d_output: no step", "for (int64_t k = 0; k < l.H; k++) scratch.dh[r * y.padded + k] += ",
         "for (int64_t k = 0; k < 0; k++) scratch.dh[r * y.padded + k] += "),
        ("d_output: no step, a mask",
         "if (l.T == 0 && !l.return_sequences && !in.mask && grad.d_output)",
         "if (l.T == 0 && !l.return_sequences && grad.d_output)"),
        ("masked steps: da is 0", "for (int g = 0; g < 4; g++) store(da + g * V, Vector{});", ""),
        ("masked steps: dh stays",
         "if (!masks.real(rows.begin + r, s)) dh_prev = load(scratch.dh + r * y.padded + column);",
         ""),
        ("d_h", "load_row(scratch.dh + r * y.padded, grad.d_h,",
         "load_row(scratch.dh + r * y.padded, nullptr,"),
        ("d_c", "load_row(scratch.dc + r * y.padded, grad.d_c,",
         "load_row(scratch.dc + r * y.padded, nullptr,"),
        # dh_prev, dx
        ("dh_prev: factors of each gate", "keep + ((first + r) % rows * 4 + g) * padded",
         "keep + ((first + r) % rows * 4) * padded"),
        ("dh_prev: factors of each row", "keep + ((first + r) % rows * 4 + g) * padded",
         "keep + g * padded"),
        ("dh_prev: factors", "multiply_add(part[r][j], load(factors), sum[r][j])",
         "part[r][j] + sum[r][j]"),
        ("dh_prev: factors of each network", "const int64_t factors = g * l.M * l.N + row;",
         "const int64_t factors = g * l.N + row;"),
        ("dh_prev: the last panel", "full * y.panel + g * tail, tail)",
         "full * y.panel + g * tail, tail - 1)"),
        ("d_x: in the order of time", "grad.d_x + y.row(rows.m, rows.begin + r, y.time(s)) * l.D",
         "grad.d_x + y.row(rows.m, rows.begin + r, s) * l.D"),
        ("d_x: its end", "store(scratch.dx[r] + column, dx, columns);",
         "store(scratch.dx[r] + column, dx);"),
        ("d_h0", "copy(grad.d_h0 + row * l.H, scratch.dh +",
         "copy(grad.d_h0 + row * l.H, scratch.dh_next +"),
        ("d_c0", "copy(grad.d_c0 + row * l.H, scratch.dc +",
         "copy(grad.d_c0 + row * l.H, scratch.dh +"),
    ),
    *within(
        "packing.h",
        ("weightsᵀ: order of gates", "+ g * y.l.H + p * V + u;", "+ (3 - g) * y.l.H + p * V + u;"),
        ("kernelᵀ of each network", "in.kernel + m * l.D * 4 * l.H, l.D, p,", "in.kernel, l.D, p,"),
        ("recurrent_kernelᵀ of each network", "in.recurrent_kernel + m * l.H * 4 * l.H, l.H, p,",
         "in.recurrent_kernel, l.H, p,"),
    ),
    *within(
        "weight_gradients.h",
        ("d_recurrent_kernel: h_prev", "grad.saved + y.saved_h(w.m, s - 1, n)",
         "grad.saved + y.saved_h(w.m, s, n)"),
        ("d_recurrent_kernel: h0", "in.h0 ? in.h0 + (w.m * l.N + n) * l.H",
         "false ? in.h0 + (w.m * l.N + n) * l.H"),
        ("d_recurrent_kernel: factors", "factors + 4 * h_begin, h_end",
         "factors + 4 * (h_begin - D), h_end"),
        ("d_kernel: x in the order of time", "in.x + y.row(w.m, n, y.time(s)) * D",
         "in.x + y.row(w.m, n, s) * D"),
        ("d_kernel: factors", "factors + 4 * w.row_begin, x_end",
         "factors + 4 * w.row_begin + 1, x_end"),
        ("dropout: factors of each series", "factors += n * 4 * y.inner;", ""),
        ("d_bias: once a step", "g < FACTORS; g++) to[g] = 1;", "g < FACTORS; g++) to[g] = 2;"),
        ("d_peephole_kernel: c_prev of i", "multiply_add(load(da), c_prev, dp_i)",
         "multiply_add(load(da), c, dp_i)"),
        ("d_peephole_kernel: da_f", "multiply_add(load(da + V), c_prev, dp_f)",
         "multiply_add(load(da), c_prev, dp_f)"),
        ("d_peephole_kernel: c of o", "multiply_add(load(da + 3 * V), c, dp_o)",
         "multiply_add(load(da + 3 * V), c_prev, dp_o)"),
        ("d_peephole_kernel: c0", "else if (in.c0) c_prev =", "else if (false) c_prev ="),
        ("d_peephole_kernel: rows", "store(to + l.H, dp_f, units)", "store(to + l.H, dp_i, units)"),
        ("d_kernel: every block of steps", "k += scratch.block) {", "k += 2 * scratch.block) {"),
    ),
    *within(
        "activations.h",
        ("tanh' = 1 − y²", "return multiply_add(-y, y, one);", "return multiply_add(y, y, one);"),
        ("σ' = y·(1 − y)", "return y * (one - y);", "return y;"),
        ("hard_sigmoid'", "broadcast(1.f / 6.f)", "broadcast(1.f / 5.f)"),
        ("hard_sigmoid' above", "(y > 0.f) & (y < 1.f)", "(y > 0.f)"),
        ("hard_sigmoid' below", "(y > 0.f) & (y < 1.f)", "(y < 1.f)"),
        ("relu' below 0", "return y > 0.f ? one : zero;", "return one;"),
        ("softsign'", "return slope * slope;", "return slope;"),
        ("softsign', the sign of y", "one - (y < 0.f ? -y : y);", "one - y;"),
        ("NaN in relu", "case RELU: return maximum(v, 0.f);",
         "case RELU: return v > 0.f ? v : Vector{};"),
        ("NaN in hard_sigmoid",
         "case HARD_SIGMOID: return minimum(maximum(v + 3.f, 0.f), 6.f) / 6.f;",
         "case HARD_SIGMOID: v += 3.f; "
         "return (v > 0.f ? v < 6.f ? v : broadcast(6.f) : Vector{}) / 6.f;"),
    ),
    *within(
        "lstm.cpp",
        ("d_kernel: a row between two threads", "rows * (row_part + 1) / row_parts}",
         "rows * (row_part + 1) / row_parts - (row_part + 1 < row_parts)}"),
        ("weights of each network", "set.forward(y, in, out, packed_weights + m * weights,",
         "set.forward(y, in, out, packed_weights,"),
        ("weightsᵀ of each network", "set.backward(y, in, grad, packed_weights + m * weights,",
         "set.backward(y, in, grad, packed_weights,"),
    ),
]  # fmt: skip


def compile_object(compiler: list[str], source: Path, target: Path, *flags: str) -> Path:
    subprocess.run(
        [*compiler, *flags, "-c", str(source), "-o", str(target)],
        check=True,
        capture_output=True,
        text=True,
    )
    return target


def compile_rest(kernel: Path, work: Path) -> list[Path]:
    """Compile what no mutation changes, or never runs."""
    jobs = [
        (CXX, HERE / "check_core.cpp", work / "check_core.o", "-std=c++17", "-O2", f"-I{kernel}"),
        (CC, kernel / "threads.cpp", work / "threads.o", *FLAGS),
        *(
            (CC, kernel / "recurrence.cpp", work / f"{name}.o", *FLAGS, *flags, *vectors(name))
            for name, flags in UNUSED.items()
        ),
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda job: compile_object(*job), jobs))


def vectors(name: str) -> list[str]:
    return [f"-DVECTORS={name}", f'-DVECTORS_NAME="{name}"']


def run(kernel: Path, rest: list[Path], work: Path, cases: int) -> str | None:
    """Compile and check the kernel for one instruction set; return the failure, or None."""
    changed = [
        compile_object(
            CC, kernel / "recurrence.cpp", work / "recurrence.o", *FLAGS, *vectors("baseline")
        ),
        compile_object(CC, kernel / "lstm.cpp", work / "lstm.o", *FLAGS),
    ]
    program = work / "check_core"
    # what is changed comes first: of two equal inline functions the first is used
    objects = map(str, [*changed, *rest])
    subprocess.run([*CXX, *objects, "-lpthread", "-o", str(program)], check=True)
    environment = {**os.environ, "GLASSCELL_VECTORS": "baseline"}
    check = subprocess.run(
        [program, "--cases", str(cases)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if check.returncode == 0:
        return None
    return next(iter(check.stderr.splitlines()), f"ended by signal {-check.returncode}")


def try_one(mutation: Mutation, kernel: Path, rest: list[Path], cases: int) -> tuple[bool, str]:
    """Return whether the mutation was noticed, and how."""
    text = (kernel / mutation.file).read_text(encoding="utf-8")
    if (found := text.count(mutation.old)) != 1:
        return False, f"{mutation.old!r} is there {found} times, and should be once"
    with tempfile.TemporaryDirectory() as name:
        broken = Path(name, "kernel")
        shutil.copytree(kernel, broken, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
        (broken / mutation.file).write_text(
            text.replace(mutation.old, mutation.new), encoding="utf-8"
        )
        try:
            failure = run(broken, rest, Path(name), cases)
        except subprocess.CalledProcessError as error:
            return (
                False,
                f"does not compile: {next(iter((error.stderr or '').splitlines()), error)}",
            )
    return failure is not None, failure or "PASSED: check_core does not notice"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--kernel", type=Path, default=KERNEL)
    options = parser.parse_args()
    kernel = options.kernel.resolve()
    with tempfile.TemporaryDirectory() as name:
        rest = compile_rest(kernel, Path(name))
        if failure := run(kernel, rest, Path(name), options.cases):
            print(f"the kernel as it is fails already: {failure}")
            return 1
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(
                pool.map(lambda mutation: try_one(mutation, kernel, rest, options.cases), MUTATIONS)
            )
    for mutation, (noticed, how) in zip(MUTATIONS, answers, strict=True):
        print(
            f"{'noticed' if noticed else 'NOT    '}  {mutation.file:18} {mutation.breaks:36} {how}"
        )
    missed = sum(not noticed for noticed, _ in answers)
    print(f"{len(MUTATIONS)} mutations, {missed} of them not noticed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
