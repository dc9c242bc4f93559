"""Tables of series: what their columns are, and how rows become series."""
