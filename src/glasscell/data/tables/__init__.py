"""Tables of series: what their columns mean, and how rows become series."""
