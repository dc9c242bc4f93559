"""Tasks that networks are trained for, one folder each. `task` defines a task, `registry` lists them."""
