"""Tables on stdout."""

from glasscell.cli.screen import show_table as show_table
