"""How many weights a network has that do something, and how many units make it as large as another.

D features · H units · C targets
"""

from glasscell.lab.design.arms import Arm


def count_weights(arm: Arm, features: int, units: int, targets: int) -> int:
    """Return how many weights a network of an arm has, the read-out's included.

    Those of a gate that is left out, or that follows another, do nothing and do not count. Of a step function of your
    own all count that it is given.

    Parameters
    ----------
    arm : Arm
    features, units, targets : int
        D, H and C.

    Examples
    --------
    >>> from glasscell.lab.design.arms import find_arm
    >>> [count_weights(find_arm(name), 2, 3, 1) for name in ("full", "NFG", "greff:V", "greff:FGR", "gru")]
    [76, 58, 85, 166, 58]
    """
    variant, blocks = arm.variant, arm.blocks
    gates = 0
    if arm.step is None:
        gates = sum((variant.input_gate, variant.forget_gate and not variant.coupled, variant.output_gate))
        blocks = 1 + gates
    of_cell = blocks * units * (features + units + 1)
    if variant.peepholes:
        of_cell += gates * units
    if variant.full_gate_recurrence:
        of_cell += 3 * units * gates * units
    return of_cell + (units + 1) * targets


def units_of(arm: Arm, weights: int, features: int, targets: int) -> int:
    """Return the number of units with which an arm's networks have nearest to so many weights.

    >>> from glasscell.lab.design.arms import find_arm
    >>> units_of(find_arm("full"), 48_290, 98, 98), units_of(find_arm("NFG"), 48_290, 98, 98)
    (64, 77)
    """
    units = 1
    while count_weights(arm, features, units + 1, targets) <= weights:
        units += 1
    near = (units, units + 1)
    return min(near, key=lambda n: abs(count_weights(arm, features, n, targets) - weights))
