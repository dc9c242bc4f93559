"""What is doubtful in series, a module for each doubt: found before anything is trained or answered, and said."""
