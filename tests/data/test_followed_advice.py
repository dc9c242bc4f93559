"""What a refusal advises reads the file: each refused row of the corpus is read as it says."""

import shlex

import pytest
from support.corpus import CORPUS, rows

from glasscell.data import read, read_steps
from glasscell.data.steps.label_variation import are_labelled_by_step
from glasscell.data.steps.sentences import Steps
from glasscell.data.steps.step_table import StepTable
from glasscell.data.tables.sentences import Tables
from glasscell.errors import GlasscellError


def advised_columns(error):
    names = [shlex.split(text)[0] for text in error.values["options"]]
    pairs = zip(names[::2], names[1::2], strict=True)
    return [{option.removeprefix("--"): column for option, column in pairs}]


def advised_id(error):
    return [{"id": shlex.split(error.values["as_option"])[0]}]


# by code, the options to choose from; each must be right where several are offered
ADVICE = {
    Tables.NAMED_TOGETHER: advised_id,
    Tables.SEVERAL_MAY_BE_IDS: advised_id,
    Tables.TIMES_OF_SEVERAL: advised_id,
    Tables.STEPS_OR_SERIES: advised_columns,
    Tables.MELTED: lambda error: [{"id": shlex.split(error.values["ids_as_option"])[0]}],
    Tables.KEY_MAY_BE_LABEL: lambda error: [{"label": error.column}],
    Tables.SEVERAL_OF_WORDS: lambda error: [{"label": name} for name in error.values["columns"]],
    Tables.CHANNELS_OR_STEPS: lambda error: [
        {"channels": error.values["channels"]},
        {"channels": ["value"]},
    ],
    Tables.MONTH_OR_DAY: lambda error: [
        {"time_format": shlex.split(form)[0]} for form in error.values["forms"]
    ],
    Tables.ID_TWICE: lambda error: [{"id": error.column}],
}
REFUSED = {
    name: row
    for name, row in rows().items()
    if row["expected"].get("code") in {str(code) for code in (*ADVICE, Steps.LABELS_OF_STEPS)}
    and row["read"] in ("series", "train", "steps")
}


# a page that is no table: no column of it is a step
del REFUSED["malformed/html"]


def read_as_train(file, **options):
    """Read a file as `glasscell train` does: labels of steps, if it has such."""
    is_of_steps = are_labelled_by_step(file, **options)
    return read_steps(file, **options) if is_of_steps else read(file, **options)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_is_read_as_advised(name):
    row = REFUSED[name]
    file, options = str(CORPUS / row["file"]), row.get("options", {})
    reader = read if row["read"] == "series" else read_as_train
    with pytest.raises(GlasscellError) as caught:
        reader(file, **options)
    error = caught.value
    if error.code is Steps.LABELS_OF_STEPS:
        assert len(read_steps(file, **options).series)
        return
    for advice in ADVICE[error.code](error):
        found = read_as_train(file, **options | advice)
        assert len(found.series if isinstance(found, StepTable) else found)
