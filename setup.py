"""Builds the kernel, a library that TensorFlow loads, where there is a C++ compiler; all else is in pyproject.toml."""

import platform
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

KERNEL = "src/glasscell/kernel"
FLAGS = ["-std=c++17", "-O3", "-g0", "-fPIC", "-ffp-contract=off", "-fvisibility=hidden"]
FLAGS += ["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]  # so that no C++ library is needed to run it
X86_64 = {
    "avx2": ["-mavx2", "-mfma"],
    "avx512": ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma"],
}


class BuildKernel(build_ext):
    """Compile recurrence.cpp once for each instruction set, and link it all into one library."""

    def get_ext_filename(self, fullname):
        """Return a name without the Python version: the library knows nothing of Python."""
        return str(Path(*fullname.split(".")).with_suffix(".so"))

    def build_extension(self, ext):
        """Compile and link; a failure leaves out the kernel, and glasscell works without it."""
        for name in ("compiler_so_cxx", "compiler_cxx"):  # the C driver compiles C++ too, and $CC then decides it all
            setattr(
                self.compiler, name, self.compiler.compiler_so if name.endswith("so_cxx") else self.compiler.compiler
            )
        x86 = platform.machine().lower() in ("x86_64", "amd64")
        objects = []
        for vectors, flags in {"baseline": [], **(X86_64 if x86 else {})}.items():
            objects += self.compiler.compile(
                [f"{KERNEL}/recurrence.cpp"],
                output_dir=str(Path(self.build_temp) / vectors),
                macros=[("VECTORS", vectors), ("VECTORS_NAME", f'"{vectors}"')],
                extra_postargs=[*FLAGS, *flags],
                depends=ext.depends,
            )
        rest = [source for source in ext.sources if not source.endswith("recurrence.cpp")]
        objects += self.compiler.compile(rest, output_dir=self.build_temp, extra_postargs=FLAGS, depends=ext.depends)
        mac = ["-undefined", "dynamic_lookup"] if platform.system() == "Darwin" else []
        target = self.get_ext_fullpath(ext.name)
        self.compiler.link_shared_object(objects, target, extra_postargs=[*mac, "-lpthread"])


class KernelWheel(bdist_wheel):
    """Name the wheel after what is in it: for any Python, and for any platform if the kernel was not built."""

    def get_tag(self):
        """Return py3-none-<platform>, or py3-none-any."""
        built = any(Path(self.bdist_dir).rglob("libglasscell.so"))
        return ("py3", "none", super().get_tag()[2] if built else "any")


sources = sorted(str(path) for path in Path(KERNEL).glob("*.cpp"))
headers = sorted(str(path) for path in Path(KERNEL).glob("*.h"))
setup(
    ext_modules=[Extension("glasscell.kernel.libglasscell", sources, depends=headers, optional=True)],
    cmdclass={"build_ext": BuildKernel, "bdist_wheel": KernelWheel},
)
