"""What an experiment is: tasks, arms, data and seeds. Nothing is trained here."""
