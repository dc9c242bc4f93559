"""What readers of series say, by code, beside those of formats, tables and tasks."""

from glasscell.facts import Code


class Reading(Code):
    """Of files, folders and series, whatever their format."""

    PROSE = "; it looks like prose: a language model is trained on that with --text"
