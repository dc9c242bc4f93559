"""Tasks to train networks for, one folder each. `task` defines a task, `registry` lists them."""
