"""The help of a command: its options in groups, each under a heading, without Typer's notation for ranges."""

import re
from typing import Any

from typer.core import TyperCommand

WIDTH = 26  # of the column of names, the same in all groups; a longer name has a line of its own
RANGE = r"(; |\s*\[)[\d.<=]*x[<>=]+[\d.]+\]$"  # as in [default: 20; 1<=x<=1000], or alone: [x>=1]


class GroupedHelp(TyperCommand):
    r"""A command whose help shows each option under the heading that its `rich_help_panel` names, as plain text.

    Typer draws boxes for these, which leave the options of `glasscell train` too little room in 80 columns.

    Examples
    --------
    >>> import typer
    >>> from typer.testing import CliRunner
    >>> app = typer.Typer(rich_markup_mode=None)
    >>> @app.command(cls=GroupedHelp)
    ... def greet(name: str = typer.Option("you", help="Whom to greet.", rich_help_panel="Who")):
    ...     pass
    >>> shown = CliRunner().invoke(app, ["--help"]).stdout
    >>> print(shown[shown.index("Who:") : shown.index("Options:")].replace("\xa0", " ").rstrip())
    Who:
      --name <str>                Whom to greet. [default: you]
    """

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the pieces of the usage line, an argument that is needed without braces."""
        return [re.sub(r"[{}]", "", piece) for piece in super().collect_usage_pieces(ctx)]

    def listed(self, ctx: Any) -> list[Any]:
        """Return the arguments and options to show."""
        return self.get_params(ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each heading, in the order in which they first come up."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.listed(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                is_argument = parameter.param_type_name == "argument"
                heading = getattr(parameter, "rich_help_panel", None) or ("Arguments" if is_argument else "Options")
                name = parameter.metavar if is_argument and parameter.metavar else record[0]
                text = re.sub(RANGE, lambda found: "]" if found[1] == "; " else "", record[1])
                text = re.sub(r"\s*\[required\]$", "", text)  # the usage line says so
                text = re.sub(r"\s+\[default: ", " [default:\N{NO-BREAK SPACE}", text)
                groups.setdefault(heading, []).append((name.ljust(WIDTH), text))
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records, col_max=WIDTH)
