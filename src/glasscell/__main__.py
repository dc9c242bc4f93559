"""`python -m glasscell`: the command line."""

from glasscell.cli import main

main()
