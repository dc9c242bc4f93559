"""What a network is trained for: one folder a task. `task` says what a task is, `registry` which there are."""
