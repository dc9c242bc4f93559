"""Builds the kernel, a library that TensorFlow loads, where there is a C++ compiler; all else is in pyproject.toml."""

import os
import platform
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

KERNEL = "src/glasscell/recurrence/kernel"
FLAGS = ["-std=c++17", "-O3", "-g0", "-fPIC", "-ffp-contract=off", "-fvisibility=hidden"]
FLAGS += ["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]  # so that no C++ library is needed to run it
VECTORS = {"baseline": []}
if platform.machine().lower() in ("x86_64", "amd64"):
    VECTORS["avx2"] = ["-mavx2", "-mfma"]
    VECTORS["avx512"] = ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma"]


class BuildKernel(build_ext):
    """Compile cpu/recurrence.cpp once for each instruction set, and link it all into one library."""

    def get_ext_filename(self, fullname):
        """Return a name without the Python version: the library does not depend on Python."""
        return str(Path(*fullname.split(".")).with_suffix(".so"))

    def run(self):
        """Build, or leave out the kernel where that fails: glasscell works without it, but not with an old one."""
        for ext in self.extensions:
            Path(self.get_ext_fullpath(ext.name)).unlink(missing_ok=True)
        super().run()

    def build_extension(self, ext):
        """Compile side by side, and link."""
        self.compiler.compiler_so_cxx = self.compiler.compiler_so  # the C driver compiles C++ too: $CC decides it all
        once = [source for source in ext.sources if not source.endswith("recurrence.cpp")]
        with ThreadPoolExecutor() as pool:
            compiling = [pool.submit(self._compile, once, "once", [])]
            for vectors, flags in VECTORS.items():
                macros = [("VECTORS", vectors), ("VECTORS_NAME", f'"{vectors}"')]
                compiling.append(pool.submit(self._compile, [f"{KERNEL}/cpu/recurrence.cpp"], vectors, flags, macros))
        objects = [path for paths in compiling for path in paths.result()]
        mac = ["-undefined", "dynamic_lookup"] if platform.system() == "Darwin" else []
        target = self.get_ext_fullpath(ext.name)
        self.compiler.link_shared_object(objects, target, extra_postargs=[*mac, "-lpthread"])

    def _compile(self, sources, folder, flags, macros=None):
        folder = str(Path(self.build_temp, folder))
        return self.compiler.compile(sources, folder, macros, extra_postargs=[*FLAGS, *flags])


class KernelWheel(bdist_wheel):
    """Name the wheel after what is in it: for any Python, and for any platform if the kernel was not built."""

    def get_tag(self):
        """Return py3-none-<platform>, or py3-none-any."""
        self.root_is_pure = not any(Path(self.bdist_dir).rglob("libglasscell.so"))
        return ("py3", "none", super().get_tag()[2])


sources = sorted(str(path) for path in Path(KERNEL).rglob("*.cpp"))
headers = sorted(str(path) for path in Path(KERNEL).rglob("*.h"))
kernel = Extension("glasscell.recurrence.kernel.libglasscell", sources, depends=headers, optional=True)
setup(
    ext_modules=[kernel] if os.name == "posix" else [],
    cmdclass={"build_ext": BuildKernel, "bdist_wheel": KernelWheel},
)
