"""The page of any network of series: its data and its scripts, which pages of tasks extend."""
