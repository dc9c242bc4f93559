"""Rules of reading that may go, and some that stay: a table of runs in saved_before_tasks/."""

import datetime

import numpy as np
import pandas as pd

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _ups(steps: int, channels: int = 1, n: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Return series (n, T, D) that go up or down, and which they do."""
    rng, y = np.random.default_rng(steps), np.arange(n) % 2
    ramp = (2 * y[:, None, None] - 1) * np.linspace(0, 1, steps)[None, :, None]
    return np.round(ramp + rng.normal(0, 0.2, (n, steps, channels)), 2), np.where(
        y == 1, "up", "down"
    )


def _wide(names: list[str], *, shuffled: bool = True) -> pd.DataFrame:
    """Return a row for each series, whose columns are in another order."""
    x, y = _ups(len(names))
    table = pd.DataFrame(x[..., 0], columns=names)
    return (table.sample(frac=1, axis=1, random_state=1) if shuffled else table).assign(label=y)


def _wide_of_two(form: str, channels: tuple[str, str] = ("ax", "ay")) -> pd.DataFrame:
    x, y = _ups(6, 2)
    columns = {
        form.format(name=name, t=t): x[:, t, d] for d, name in enumerate(channels) for t in range(6)
    }
    return pd.DataFrame(columns).sample(frac=1, axis=1, random_state=1).assign(label=y)


def _long(shuffled: bool = True, **times: list) -> pd.DataFrame:
    """Return a row for each step, in another order, with some columns that say when it was."""
    steps = len(next(iter(times.values())))
    x, y = _ups(steps)
    of_each = {name: list(v) * len(x) for name, v in times.items()}
    table = pd.DataFrame({"id": np.repeat([f"s{k:02}" for k in range(len(x))], steps), **of_each})
    table = table.assign(x=x.ravel(), label=np.repeat(y, steps))
    return (
        table.sample(frac=1, random_state=0).sort_values("id", kind="stable") if shuffled else table
    )


def _monthly(**times: list) -> pd.DataFrame:
    """Return one series of 60 months, with some columns that say when each was."""
    k = np.arange(60)
    sold = 100 + k + 10 * np.sin(k * np.pi / 6) + np.random.default_rng(2).normal(size=60)
    return pd.DataFrame({**{name: v[:60] for name, v in times.items()}, "sold": sold.round(1)})


def _footed(table: pd.DataFrame, row: list) -> pd.DataFrame:
    return pd.concat([table, pd.DataFrame([row], columns=table.columns)])


def _far_from_zero() -> pd.DataFrame:
    table = _long(t=[*range(8)])
    return table.assign(x=np.where(np.arange(len(table)) % 9 == 4, -999, table["x"] + 101325))


def _matrix() -> pd.DataFrame:
    table = _wide(MONTHS, shuffled=False)
    table.insert(0, "year", range(2012, 2024))
    return table


DAYS = [datetime.date(2026, 1, 25) + datetime.timedelta(k) for k in range(10)]
SECONDS = [
    datetime.datetime(2026, 1, 31, 23, 59, 57) + datetime.timedelta(seconds=k) for k in range(8)
]
GERMAN = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
FRENCH = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
UNEVEN = [0, 1, 2, 4, 5, 7, 8, 9]
YEARS, NUMBERS = [2018 + k // 12 for k in range(60)], [k % 12 + 1 for k in range(60)]

# runs whose columns were sorted as times, or into channels, by names that are no longer read so
NAMED_OTHERWISE = [
    *(
        "series-dates",
        "series-dates-slashed",
        "series-months-french",
    ),
    *(
        "series-weekdays",
        "series-weeks",
        "series-quarters",
        "series-hours-wrapped",
    ),
    *(
        "series-two-places",
        "series-frame-of-words",
        "series-units",
        "series-ranges",
        "series-before-and-after",
    ),
    "series-roman",
]
# runs whose times are no longer read, or no longer read on, and what may be written instead
TIMES_OTHERWISE = {
    "series-worded-dates": (
        "when",
        {f"{day}. Januar 2026": f"2026-01-{day}" for day in range(20, 28)},
    ),
    "series-worded-visits": (
        "when",
        {"baseline": 0} | {f"month {3 * k}": 3 * k for k in range(1, 8)},
    ),
    "series-worded-past-the-year": (
        "month",
        {MONTHS[k % 12]: f"{2025 + k // 12}-{k % 12 + 1:02}" for k in range(5, 14)},
    ),
    "series-hours-begin-again": ("hour", {(18 + k) % 24: 18 + k for k in range(8)}),
    "series-counter-begins-again": ("t", {(250 + k) % 256: 250 + k for k in range(12)}),
    "series-hours-and-minutes": (
        "clock",
        {time: k for k, time in enumerate([2330, 0, 30, 100, 130, 200])},
    ),
}
# by the run's name, with what has to be typed for it
TABLES: dict[str, tuple[pd.DataFrame, list[str]]] = {
    # times as names of columns
    "series-dates": (_wide([f"{day:%d.%m.%Y}" for day in DAYS]), []),
    "series-dates-slashed": (_wide([f"{day.month}/{day.day}/{day.year}" for day in DAYS]), []),
    "series-dates-by-order": (
        _wide([f"{k}/2/2026" for k in (1, 3, 4, 6, 7, 9)], shuffled=False), []
    ),
    "series-months": (_wide(MONTHS), []),
    "series-months-past-the-year": (_wide(MONTHS[6:] + MONTHS[:4], shuffled=False), []),
    "series-months-german": (_wide(GERMAN), []),
    "series-months-french": (_wide(FRENCH), []),
    "series-months-of-years": (
        _wide([f"{month} {year}" for year in (2024, 2025) for month in MONTHS[:5]]), []
    ),
    "series-weekdays": (_wide(WEEK), []),
    "series-weeks": (_wide([f"KW {week}/2026" for week in range(1, 9)]), []),
    "series-quarters": (_wide([f"Q{k % 4 + 1} {2024 + k // 4}" for k in range(8)]), []),
    "series-clocks-past-midnight": (
        _wide([f"{(20 + k) % 24:02}:00" for k in range(8)], shuffled=False), []
    ),
    "series-hours-wrapped": (_wide([f"h{(20 + k) % 24:02}" for k in range(8)], shuffled=False), []),
    "series-year-by-month": (_matrix(), ["--id", "year"]),
    # numbers and words in names of columns
    "series-step-first": (_wide_of_two("{t}_{name}"), []),
    "series-two-places": (_wide_of_two("acc_{name}@{t}s"), []),
    "series-dates-of-channels": (_wide_of_two("{name}_2026-01-1{t}", ("u", "v")), []),
    "series-frame-of-words": (_wide([f"Sample {k} (V)" for k in range(8)]), []),
    "series-units": (_wide(["500ms", "1s", "1500ms", "2s", "2500ms", "3s"]), []),
    "series-ranges": (_wide([f"{k}-{k + 5}min" for k in range(0, 30, 5)]), []),
    "series-before-and-after": (_wide(["pre3", "pre2", "pre1", "post1", "post2", "post3"]), []),
    "series-roman": (_wide(["I", "II", "III", "IV", "V", "VI", "VII"]), []),
    "series-lags": (_wide([*(f"x_lag{k}" for k in range(6, 0, -1)), "x"]), []),
    "series-t-minus": (_wide([*(f"t-{k}" for k in range(6, 0, -1)), "t"]), []),
    # times in rows
    "series-worded-weeks": (_long(when=[f"2026-W{k:02}" for k in range(8, 16)]), []),
    "series-worded-dates": (_long(when=[f"{day}. Januar 2026" for day in range(20, 28)]), []),
    "series-worded-visits": (
        _long(when=["baseline", *(f"month {3 * k}" for k in range(1, 8))]), []
    ),
    "series-worded-past-the-year": (
        _long(False, month=MONTHS[5:] + MONTHS[:2]), ["--time", "month"]
    ),
    "series-hours-begin-again": (
        _long(False, hour=[(18 + k) % 24 for k in range(8)]), ["--time", "hour"]
    ),
    "series-counter-begins-again": (
        _long(False, t=[(250 + k) % 256 for k in range(12)]), ["--time", "t"]
    ),
    "series-hours-and-minutes": (
        _long(False, clock=[2330, 0, 30, 100, 130, 200]), ["--time", "clock"]
    ),
    "series-day-by-others": (
        _long(time=[f"{day.month}/{day.day}/{day.year} 11:59 PM" for day in DAYS]), []
    ),
    "series-date-and-clock": (
        _long(Datum=[f"{one:%d.%m.%Y}" for one in SECONDS],
              Uhrzeit=[f"{one:%H:%M:%S}" for one in SECONDS]),
        [],
    ),
    "series-year-and-month": (_long(year=YEARS[9:17], month=NUMBERS[9:17]), []),
    # below the table
    "series-footer": (_footed(_long(False, t=[*range(5)]), ["Total", 0, 9.5, "up"]), []),
    # what stays
    "series-even-grid": (_long(t=UNEVEN), ["--every", 1]),
    "series-time-gaps": (_long(t=UNEVEN), ["--time-gaps"]),
    "series-far-from-zero": (_far_from_zero(), ["--missing=-999"]),
    # forecasts
    "forecasting-year-and-month": (_monthly(year=YEARS, month=NUMBERS), []),
    "forecasting-year-and-month-name": (_monthly(year=YEARS, month=MONTHS * 5), []),
    "forecasting-worded": (
        _monthly(month=[f"{MONTHS[m - 1]} {y}" for y, m in zip(YEARS, NUMBERS, strict=True)]), []
    ),
    "forecasting-counted": (
        _monthly(month=[100 * y + m for y, m in zip(YEARS, NUMBERS, strict=True)]), []
    ),
    "forecasting-quarters": (
        _monthly(quarter=[f"Q{k % 4 + 1} {2005 + k // 4}" for k in range(60)]), []
    ),
    "forecasting-day-by-others": (
        _monthly(day=[f"{day:%-d/%-m/%Y}" for day in pd.date_range("2026-01-03", periods=60)]), []
    ),
}  # fmt: skip
