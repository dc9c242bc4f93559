"""The format litert: for phones and small boards, without TensorFlow's own operations."""

from glasscell.interop.litert.writing import answer_with_runtime as answer_with_runtime
from glasscell.interop.litert.writing import remarks as remarks
from glasscell.interop.litert.writing import write as write
