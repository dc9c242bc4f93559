"""The format c: a network as C99, one header and one source file, and a program that predicts from CSV."""

from glasscell.interop.c.compiler import answer_with_runtime as answer_with_runtime
from glasscell.interop.c.sources import write as write
