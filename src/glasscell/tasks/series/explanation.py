"""Explorer and traces of a run of series, or of any Keras model with LSTM layers, translated.

N series · T time steps · D channels · C classes, or targets
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.console.screen import Written
from glasscell.data import Sequences, read_in_parts
from glasscell.data.tables.labels import targets_of_some
from glasscell.errors import DataError, UsageError
from glasscell.importers.replace import replace as with_our_lstms
from glasscell.importers.translation import (
    Translation,
    activation_of,
    answers_one_of_two,
    both_of,
    translate,
    with_both,
)
from glasscell.inspection.clamps import Clamp
from glasscell.layers.lstm import LSTM
from glasscell.networks.opening import open_keras
from glasscell.runs.explained_folder import Explained, OnStage, explaining
from glasscell.runs.sentences import Runs
from glasscell.runs.series import explanation
from glasscell.runs.series.explanation import lines
from glasscell.runs.series.trained_run import SERIES_PER_PART, Trained
from glasscell.runs.tracing import tracing
from glasscell.system.files import is_model_file, parse_toml
from glasscell.tasks.series.options import ExplainOptions, TraceOptions
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.trained_run import open_run

__all__ = ["explain", "lines", "look_into", "trace_to"]

# of the file that describes a model, `about`
FIELDS = ("labels", "channels", "mean", "deviation", "words")
ASKED = 20  # series on which a translated model is compared with the original
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Foreign(Trained):
    """A Keras model from a file, used like a run. Made by `open_any`.

    Parameters
    ----------
    model : keras.Model
        The opened model, with glasscell's LSTM layers.
    scale : tuple of two arrays (D,)
        Mean and standard deviation by which series are standardized for the model.
    names : dict, optional
        Names of tokens, by number.
    """

    model: Any = None
    scale: tuple[Any, Any] = (0.0, 1.0)
    translation: Any = None
    names: dict[int, str] | None = None

    @property
    def network(self) -> Any:  # pyright: ignore
        """The Keras model: it takes raw series (N, T, D), padded with NaN."""
        return self.translation.network

    @property
    def explained_in(self) -> Path:
        """The output folder of `explain`, in the current folder rather than that of the model."""
        return self.path

    @property
    def obstacle(self) -> str | None:
        """Why there is no explorer; None if there is one."""
        return self.translation.obstacle

    @property
    def masking(self) -> float | None:
        """The value of masked steps; None without masking."""
        return self.translation.masking

    @property
    def words(self) -> dict[int, str] | None:
        """Names of tokens, by number."""
        return self.names

    def read(self, file: str | None, options: dict[str, Any]) -> Iterator[Sequences]:
        """Yield the series of a file in parts; steps that the model masks are NaN."""
        if file is None:
            raise UsageError(Series.NO_OWN_SERIES, file=self.source)
        asked: dict[str, Any] = {name: v for name, v in options.items() if v is not None}
        asked |= {"task": "classification", "offsets": {}}  # the model was trained on raw values
        if self.channels and not options.get("channels"):
            asked["channels"] = self.channels
        lengths: set[int] = set()
        for part in read_in_parts(file, series=SERIES_PER_PART, **asked):
            D = self.translation.features
            if len(part.channels) != D:
                code = (
                    Series.TOKENS_OF_MODEL
                    if self.translation.reads_tokens
                    else Series.CHANNELS_OF_MODEL
                )
                n, some = len(part.channels), part.channels[:5]
                raise DataError(
                    code, file=file, n=n, channels=some, model=self.model.name, features=D
                )
            if self.translation.vocabulary is not None:
                self._check_tokens(part, file, self.translation.vocabulary)
            lengths |= set(part.lengths.tolist())
            yield self._with_truth(self._checked(part, file, lengths), file)

    def _with_truth(self, part: Sequences, file: str) -> Sequences:
        """Return series whose labels are numbers if the model is a regression."""
        if self.classes is not None or part.y is None:
            return part
        try:
            y, labelled = targets_of_some(part.y, "regression")
        except DataError as error:
            label = str(part.y[part.has_label][0])
            raise DataError(
                Series.LABELS_NO_NUMBERS, file=file, label=label, model=self.model.name
            ) from error
        return replace(part, y=y, labelled=labelled)

    def _check_tokens(self, part: Sequences, file: str, vocabulary: int) -> None:
        odd = ~np.isnan(part.x) & (
            (part.x != np.round(part.x)) | (part.x < 0) | (part.x >= vocabulary)
        )
        if odd.any():
            k, t, _ = np.argwhere(odd)[0]
            found = {"series": str(part.ids[k]), "value": part.x[k, t, 0], "step": t + 1}
            raise DataError(
                Series.NO_TOKEN, file=file, **found, model=self.model.name, last=vocabulary - 1
            )

    def _checked(self, part: Sequences, file: str, lengths: set[int]) -> Sequences:
        missing = np.isnan(part.x)
        if self.masking is not None and self.scale == (
            0.0,
            1.0,
        ):  # otherwise it masks scaled values
            missing |= (part.x == self.masking).all(-1, keepdims=True)
        real = np.arange(part.x.shape[1]) < part.lengths[:, None]
        none, some = missing.all(-1), missing.any(-1)
        bad = real & (some if self.masking is None else some & ~none)
        if bad.any():
            k, t = np.argwhere(bad)[0]
            raise DataError(
                Series.MODEL_WITHOUT_GAPS,
                file=file,
                series=str(part.ids[k]),
                step=t + 1,
                model=self.model.name,
            )
        if self.obstacle is not None and self.masking is None and len(lengths) > 1:
            ends = {"fewest": min(lengths), "most": max(lengths)}
            raise DataError(Series.LENGTHS_DIFFER, file=file, **ends, model=self.model.name)
        fixed = self.model.inputs[0].shape[1]
        if (
            fixed is not None
            and lengths != {fixed}
            and (self.masking is None or max(lengths) > fixed)
        ):
            raise DataError(
                Series.OTHER_LENGTH,
                file=file,
                steps=max(lengths),
                model=self.model.name,
                expected=fixed,
            )
        if self.masking is None:
            return part
        x = np.where(missing.all(-1, keepdims=True), np.nan, part.x).astype("float32")
        if self.obstacle is not None and fixed is not None and x.shape[1] < fixed:
            x = np.pad(x, [(0, 0), (0, fixed - x.shape[1]), (0, 0)], constant_values=np.nan)
        return replace(part, x=x)

    def check(self, few: Sequences, answers: np.ndarray) -> None:
        """Compare predictions with those of the original model, one series at a time."""
        shape = self.model.inputs[0].shape
        for x, length, answer in list(zip(few.x, few.lengths, answers, strict=True))[:ASKED]:
            x = x[: shape[1] or length]
            x = (x - np.asarray(self.scale[0], "float32")) / np.asarray(self.scale[1], "float32")
            x = np.where(np.isnan(x), np.nan if self.masking is None else self.masking, x).astype(
                "float32"
            )
            if shape[1] is not None and len(x) < shape[1]:
                x = np.pad(x, [(0, shape[1] - len(x)), (0, 0)], constant_values=self.masking or 0.0)
            own = np.asarray(
                self.model(
                    x[None, :, 0] if self.translation.reads_tokens else x[None], training=False
                )
            )
            own = both_of(own) if own.shape[-1] < answer.shape[-1] else own
            far = float(np.abs(own[0] - answer).max())
            if not far <= TOLERANCE * max(1.0, float(np.abs(answer).max())):
                raise DataError(Series.ANSWERS_OTHERWISE, file=self.source, by=far)


def open_any(path: Path, about: Path | None = None) -> Trained:
    """Open a run's folder, or a Keras model's file."""
    if not is_model_file(path):
        if about is not None:
            raise UsageError(Series.ABOUT_A_RUN, about=about)
        return open_run(path)
    fields = {} if about is None else _read_about(about)
    model = open_keras(path, compile=False)
    if not any(type(one) is LSTM for one in model._flatten_layers()):
        model = with_our_lstms(model)
    mean, deviation = fields.get("mean"), fields.get("deviation")
    translation = translate(model, mean=mean, deviation=deviation)
    if answers_one_of_two(model):
        translation = replace(translation, network=with_both(translation.network))
    _check_sizes(fields, translation, model, about)
    classes = fields.get("labels")
    if classes is None and (answers_one_of_two(model) or activation_of(model) == "softmax"):
        classes = [str(k) for k in range(translation.network.output_shape[-1])]
    return Foreign(
        Path(f"{path.stem}-explain"),
        "regression" if classes is None else "classification",
        classes,
        tuple(fields.get("channels", ())),
        source=str(path),
        model=model,
        scale=(0.0, 1.0) if mean is None else (mean, deviation),
        translation=translation,
        names=fields.get("words"),
    )


def _read_about(path: Path) -> dict[str, Any]:
    try:
        fields = parse_toml(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(Runs.NOT_READABLE, file=path, words=error.strerror) from error
    except UnicodeDecodeError:
        raise DataError(Runs.NOT_UTF8, file=path) from None
    except ValueError as error:
        raise DataError(
            Series.ABOUT_NOT_TOML, file=path, words=str(error), fields=FIELDS
        ) from error
    for name, v in fields.items():
        if name not in FIELDS:
            raise DataError(Series.NO_FIELD, file=path, name=name, fields=FIELDS)
        if name == "words":
            fields[name] = _words_of(v, path)
            continue
        kinds = (int, float) if name in ("mean", "deviation") else (str, int)
        if not isinstance(v, list) or not v or not all(isinstance(one, kinds) for one in v):
            raise DataError(
                Series.ABOUT_NO_NUMBERS if float in kinds else Series.ABOUT_NO_NAMES,
                file=path,
                name=name,
                found=v,
            )
        fields[name] = v if float in kinds else [str(one) for one in v]
    if ("mean" in fields) != ("deviation" in fields):
        raise DataError(Series.ONE_OF_TWO, file=path)
    for name in ("mean", "deviation"):
        if not np.isfinite(fields.get(name, [])).all():
            raise DataError(Series.ABOUT_NOT_FINITE, file=path, name=name, found=fields[name])
    if any(v <= 0 for v in fields.get("deviation", [])):
        raise DataError(Series.NO_DEVIATION, file=path)
    return fields


def _words_of(v: Any, path: Path) -> dict[int, str]:
    named = dict(enumerate(v)) if isinstance(v, list) else v
    if not isinstance(named, dict) or not all(str(key).isdecimal() for key in named):
        raise DataError(Series.ABOUT_NO_WORDS, file=path, found=str(v)[:80])
    return {int(key): str(name) for key, name in named.items()}


def _check_sizes(
    fields: dict[str, Any], translation: Translation, model: Any, about: Path | None
) -> None:
    wanted: dict[str, Any] = dict.fromkeys(("channels", "mean", "deviation"), translation.features)
    wanted["labels"] = translation.network.output_shape[-1]
    V, last = translation.vocabulary or 0, max(fields.get("words", {}), default=-1)
    if last >= V:
        code = Series.WORD_OF_NO_TOKEN if V else Series.WORD_FOR_NO_TOKENS
        raise DataError(code, file=about, token=last, model=model.name, last=V - 1)
    for name, size in wanted.items():
        if name in fields and len(fields[name]) != size:
            code = Series.ENTRIES_ANSWERED if name == "labels" else Series.ENTRIES_READ
            raise DataError(
                code, file=about, name=name, n=len(fields[name]), expected=size, model=model.name
            )


def _open_as_graph(path: Path, about: Path | None) -> Trained:
    """Open as `open_any` does; check layer names, since a TensorFlow graph does not allow all."""
    opened = open_any(path, about)
    for layer in opened.model._flatten_layers() if isinstance(opened, Foreign) else ():
        if not re.fullmatch(r"[A-Za-z0-9_.\\/>-]*", layer.name):
            raise DataError(Series.LAYER_NAME, file=opened.source, layer=layer.name)
    return opened


SHOWN, TRACED = ExplainOptions(), TraceOptions()


def look_into(
    path: Path, file: str | None, tell: OnStage, *, options: ExplainOptions = SHOWN
) -> Explained:
    """Explain a run's network or a model on some series: see `runs.series.explanation`."""
    return explanation.look_into(_open_as_graph(path, options.about), file, tell, options=options)


explain = explaining(look_into)


def trace_to(
    path: Path,
    file: str | None,
    output: str,
    *,
    clamps: Sequence[Clamp | str] = (),
    options: TraceOptions = TRACED,
) -> Written:
    """Write every gate of a run or of a model: see `tracing.tracing`."""
    trace = tracing(partial(open_any, about=options.about))
    return trace(path, file, output, clamps=clamps, options=options)
