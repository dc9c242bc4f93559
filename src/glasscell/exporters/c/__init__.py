"""The format c: a network as C99, one header and one source, and a program to predict from CSV."""

from glasscell.exporters.c.compiler import answer_with_runtime as answer_with_runtime
from glasscell.exporters.c.sources import write as write
