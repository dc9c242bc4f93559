"""An example of a task of your own: whether the next value of a series rises."""
