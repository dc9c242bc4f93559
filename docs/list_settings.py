"""Write settings.md, the table of all settings: run ``python docs/list_settings.py``."""

from pathlib import Path

from glasscell.cli.train_options import TASKS
from glasscell.settings.setting import Setting, settings_in

DOCS = Path(__file__).parent
HEAD = """# Settings

The settings of `glasscell train`, by task: on the command line (`--learning-rate 0.01`) or, under the same name, in a
file (`learning_rate = 0.01`, `glasscell train --config FILE.toml`); `data` is the file to train on.
`glasscell train --task NAME --help` shows the same.
"""
TABLE = """
## {task}

| setting | default | accepted | what it is |
| --- | --- | --- | --- |
{rows}
"""


def page() -> str:
    """Return the page."""
    found = HEAD
    for task, kind in TASKS.items():
        rows = [_row(name, setting) for name, setting in settings_in(kind).items() if setting.help]
        found += TABLE.format(task=task, rows="\n".join(rows))
    return found


def _row(name: str, setting: Setting) -> str:
    value = setting.default
    default = str(value).lower() if isinstance(value, bool) else setting.default_in_words
    other = setting.option and name not in setting.option.replace("-", "_")
    meaning = f"`{setting.option}`: {setting.help}" if other else setting.help
    return f"| `{name}` | {default} | {setting.accepted.expected} | {meaning} |"


if __name__ == "__main__":
    (DOCS / "settings.md").write_text(page(), encoding="utf-8")
