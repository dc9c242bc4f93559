"""A task of one's own for glasscell: whether the next value of a series rises."""
