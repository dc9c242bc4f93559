"""Notes and warnings on stderr."""

from glasscell.cli.screen import QUIET as QUIET
from glasscell.cli.screen import print_notes as tell  # noqa: F401
