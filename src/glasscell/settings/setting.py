"""A setting is declared once, as a field of its task's dataclass: default, accepted values, option.

It yields the checks of config.toml and of estimators' parameters here, and the options in
`cli.train_options`.
"""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from glasscell.errors import UsageError
from glasscell.system.checks import Accepted
from glasscell.system.sentences import Settings, System

SETTING = "setting"  # key of the `Setting` in a field's metadata


@dataclass(frozen=True)
class Setting:
    """The declaration of a setting.

    Parameters
    ----------
    default : Any
        `...` if there is none.
    accepted : Accepted
        In config.toml and on the command line.
    help : str
        A sentence; without one there is no option.
    group : str
        Its heading in the help of `glasscell train`.
    python : Accepted, optional
        As an argument in Python, if more or other values are accepted; by default the same.
    metavar : str, optional
        Placeholder in the help; by default the choices, if any.
    shown : str, optional
        The default in words, if the value is not clear by itself.
    option : str, optional
        The names of the option, if they differ from the setting's.

    >>> from glasscell.system.checks import one_of
    >>> pooling = Setting("both", one_of("last", "mean", "both"), "Pooling of h over time.")
    >>> pooling.to_type, pooling.help_text
    ('last|mean|both', 'Pooling of h over time. [default: both]')
    """

    default: Any
    accepted: Accepted
    help: str = ""
    group: str = ""
    _: KW_ONLY
    python: Accepted | None = None
    metavar: str | None = None
    shown: str | None = None
    option: str | None = None

    @property
    def in_python(self) -> Accepted:
        """The accepted values of an argument in Python."""
        return self.python or self.accepted

    @property
    def to_type(self) -> str | None:
        """The placeholder after the option in the help."""
        return (
            self.metavar
            or "|".join(v for v in self.accepted.choices if v not in (None, "auto"))
            or None
        )

    @property
    def default_in_words(self) -> str:
        """The default as shown in the help; empty if there is nothing to show."""
        says_nothing = isinstance(self.default, bool) or self.default in (None, ...)
        return self.shown or ("" if says_nothing else as_typed(self.default))

    @property
    def help_text(self) -> str:
        """The sentence of the help, with the default."""
        return (
            f"{self.help} [default: {self.default_in_words}]"
            if self.default_in_words
            else self.help
        )

    def field(self, **changes: Any) -> Any:
        """Return a dataclass field with this setting, with any changes given.

        >>> from glasscell.system.checks import whole
        >>> epochs = Setting(300, whole(1), "Passes over the series.")
        >>> epochs.field(default=100).metadata["setting"].help_text
        'Passes over the series. [default: 100]'
        """
        changed = dataclasses.replace(self, **changes)
        metadata = {SETTING: changed}
        if changed.default is ...:
            return dataclasses.field(metadata=metadata)
        if isinstance(changed.default, list):
            return dataclasses.field(default_factory=changed.default.copy, metadata=metadata)
        return dataclasses.field(default=changed.default, metadata=metadata)


def setting(default: Any, accepted: Accepted, help: str = "", group: str = "", **about: Any) -> Any:
    """Return a field with a setting of only one task; the arguments are those of `Setting`."""
    return Setting(default, accepted, help, group, **about).field()


def as_typed(default: Any) -> str:
    """Return a default as a user would type it.

    >>> as_typed(0.003), as_typed(100), as_typed("mixed")
    ('0.003', '100', 'mixed')
    """
    return default if isinstance(default, str) else f"{default:g}"


def settings_in(kind: type, *headings: str) -> dict[str, Setting]:
    """Return the settings that a task's dataclass declares, by name; under `headings` if given.

    >>> from glasscell.tasks.series.settings import SeriesSettings
    >>> epochs = settings_in(SeriesSettings)["epochs"]
    >>> epochs.default, epochs.accepted.expected, epochs.in_python.expected
    (300, 'an integer from 1 to 1,000,000', 'an integer of at least 0')
    """
    declared = {field.name: field.metadata[SETTING] for field in dataclasses.fields(kind)}
    return {
        name: setting
        for name, setting in declared.items()
        if not headings or setting.group in headings
    }


@dataclass(frozen=True)
class TaskSettings:
    """A task's settings: a frozen dataclass with `setting` fields; values are checked at once.

    Attributes
    ----------
    task : str
        The task's name.
    files : tuple of str
        The settings that name files.
    """

    task: ClassVar[str]
    files: ClassVar[tuple[str, ...]] = ("data",)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # the settings

    def __post_init__(self):
        for name, setting in settings_in(type(self)).items():
            value, accepted = getattr(self, name), setting.accepted
            if not (_is_plain(value) and accepted.fits(value)):
                raise UsageError(
                    Settings.NOT_ACCEPTED, name=name, found=value, expected=accepted.expected
                )
            if accepted.as_float:
                object.__setattr__(self, name, float(value))

    @classmethod
    def owns(cls, values: Mapping[str, Any]) -> bool:
        """Return whether given settings, or a config.toml of any version, are of this task."""
        return values.get("task") == cls.task

    @classmethod
    def current(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a config.toml of any version under the current names of settings."""
        return {name: value for name, value in values.items() if name != "task"}

    def under(self, *headings: str, but: Collection[str] = ()) -> dict[str, Any]:
        """Return the values of the settings under some headings, except those in `but`."""
        return {
            name: getattr(self, name)
            for name in settings_in(type(self), *headings)
            if name not in but
        }


def _is_plain(value: Any) -> bool:
    """Return whether a value is None or TOML can represent it, unlike a NumPy number."""
    if isinstance(value, list):
        return all(_is_plain(v) for v in value)
    return value is None or isinstance(value, bool | int | float | str)


def check_parameters(parameters: Mapping[str, Any], settings: Mapping[str, Setting]) -> None:
    """Raise UsageError for an argument in Python that is out of bounds; others are not checked.

    >>> from glasscell.tasks.series.settings import TABLE
    >>> check_parameters({"warm_start": "no"}, TABLE)
    Traceback (most recent call last):
    glasscell.errors.UsageError: warm_start='no': expected True or False
    """
    for name, setting in settings.items():
        if name in parameters and not setting.in_python.fits(parameters[name]):
            found, expected = parameters[name], setting.in_python.expected
            raise UsageError(System.NOT_ACCEPTED, name=name, found=found, expected=expected)
