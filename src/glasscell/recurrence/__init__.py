"""The cell over time: a readable loop, a native kernel, and the choice between them."""
