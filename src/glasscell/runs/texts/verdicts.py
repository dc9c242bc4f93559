"""What is said of a unit and a hypothesis, in cells.csv: each only where the numbers carry it."""

NOT_TOLD = "no unit tells it better than chance"
NOT_MEASURED = "a unit tells it; whether it is the cause was not measured"
SIGN = "a unit tells it, and is not the cause"
CAUSE = "a unit tells it, and is the cause"
IN_SHORT = {NOT_TOLD: "not told", NOT_MEASURED: "told", SIGN: "a sign only", CAUSE: "the cause"}
CELLS_OF = "cells.sha256"  # beside it: a hash of the network that it is of
