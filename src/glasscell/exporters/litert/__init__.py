"""The format litert: for phones and small boards, without TensorFlow's own operations."""

from glasscell.exporters.litert.writing import answer_with_runtime as answer_with_runtime
from glasscell.exporters.litert.writing import remarks as remarks
from glasscell.exporters.litert.writing import write as write
