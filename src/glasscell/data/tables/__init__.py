"""Tables of series: the roles of their columns, and the conversion of rows to series.

To be read in this order: `request` (what the caller states), `table` (columns with their roles),
`forms` (is a row a step or a series?), `long_form`, `wide_form` and `nested_form` (roles in each),
`identification` (ids and times without names), `series` (the adapter). Values of columns are read
by `column_values`, `times` and `labels`; names of step columns by `step_names`.
"""
