"""Builds the kernel if there is a C++ compiler: a library for TensorFlow, and one without it.

All else is in pyproject.toml.
"""

import os
import platform
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

KERNEL = "src/glasscell/recurrence/kernel"
SOURCES = sorted(str(path) for path in Path(KERNEL).rglob("*.cpp"))
HEADERS = sorted(str(path) for path in Path(KERNEL).rglob("*.h"))
FLAGS = ["-std=c++17", "-O3", "-g0", "-fPIC", "-ffp-contract=off", "-fvisibility=hidden"]
# so that no C++ library is needed to run it
FLAGS += ["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]
VECTORS = {"baseline": []}
if platform.machine().lower() in ("x86_64", "amd64"):
    VECTORS["avx2"] = ["-mavx2", "-mfma"]
    VECTORS["avx512"] = ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma"]


class BuildKernel(build_ext):
    """Compile recurrence.cpp once per instruction set, the rest once; link each library."""

    def get_ext_filename(self, fullname):
        """Return a name without the Python version: the libraries do not depend on Python."""
        return str(Path(*fullname.split(".")).with_suffix(".so"))

    def run(self):
        """Build, or omit the kernel on failure: glasscell works without it, not with an old one."""
        for ext in self.extensions:
            Path(self.get_ext_fullpath(ext.name)).unlink(missing_ok=True)
        super().run()

    def build_extension(self, ext):
        """Link a library of the objects of its sources."""
        objects = [path for source in ext.sources for path in self._objects[source]]
        mac = ["-undefined", "dynamic_lookup"] if platform.system() == "Darwin" else []
        target = self.get_ext_fullpath(ext.name)
        self.compiler.link_shared_object(objects, target, extra_postargs=[*mac, "-lpthread"])

    @cached_property
    def _objects(self):
        """The objects of each source, compiled side by side."""
        # the C driver compiles C++ too: $CC decides it all
        self.compiler.compiler_so_cxx = self.compiler.compiler_so
        ways = {
            source: VECTORS if source.endswith("recurrence.cpp") else {"once": []}
            for source in SOURCES
        }
        with ThreadPoolExecutor() as pool:
            compiling = {
                source: [
                    pool.submit(self._compile, source, name, flags) for name, flags in of_it.items()
                ]
                for source, of_it in ways.items()
            }
        return {
            source: [path for part in parts for path in part.result()]
            for source, parts in compiling.items()
        }

    def _compile(self, source, name, flags):
        macros = [("VECTORS", name), ("VECTORS_NAME", f'"{name}"')]
        folder = str(Path(self.build_temp, name))
        return self.compiler.compile([source], folder, macros, extra_postargs=[*FLAGS, *flags])


class KernelWheel(bdist_wheel):
    """Name the wheel by its contents: for any Python, and any platform if without kernel."""

    def get_tag(self):
        """Return py3-none-<platform>, or py3-none-any."""
        self.root_is_pure = not any(Path(self.bdist_dir).rglob("libglasscell*.so"))
        return ("py3", "none", super().get_tag()[2])


kernel, core = (
    Extension(f"glasscell.recurrence.kernel.{name}", sources, depends=HEADERS, optional=True)
    for name, sources in (
        ("libglasscell", SOURCES),
        (
            "libglasscell_core",
            [source for source in SOURCES if not source.endswith("tensorflow_op.cpp")],
        ),
    )
)
setup(
    ext_modules=[kernel, core] if os.name == "posix" else [],
    cmdclass={"build_ext": BuildKernel, "bdist_wheel": KernelWheel},
)
