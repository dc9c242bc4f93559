"""Tables of series: the roles of their columns, and the conversion of rows to series."""
