"""How a file with a label for every step is read: an option of commands that read one."""

from typing import Annotated

from glasscell.cli.reader_options import reading
from glasscell.settings.tags import UNLABELLED

UnlabelledInFile = Annotated[str | None, reading("--unlabelled", UNLABELLED)]
