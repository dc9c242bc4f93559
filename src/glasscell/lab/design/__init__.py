"""The definition of an experiment: tasks, arms, data and seeds. Nothing is trained here."""
