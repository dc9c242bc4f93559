/* Forecasts the series of a file or of standard input: see @name@.h for the forecaster.

       cc -std=c99 -O3 -o @name@ @name@.c main.c -lm
       ./@name@ [--id NAME] [--time NAME] [--missing NUMBER] [FILE] < FILE

   The input is CSV (or separated by semicolons or tabs) with a row per step and the columns @columns@.
   Without the column id, all rows are one series. Rows are sorted by the column time, if present. An empty cell is a
   missing value.
#if FUTURE
   The last @horizon@ rows of each series are the steps ahead; their values are ignored.
#endif
#if CYCLES
   Times are ISO 8601, or seconds since 1970.
#endif
   The output is id, step and the quantiles of each step ahead. */

#include "@name@.h"

@program.c@

#define LARGEST DBL_MAX
#define BEYOND "1.8e308"

enum { NUMBERS = @numbers@, NEEDS_TIME = @needs_time@ };
typedef double number_type;

/* Names of the numeric columns: the value and the covariates. */
static const char *const NAMES[NUMBERS] = {@number_names@};

@read_csv.c@

@read_table.c@

#if CYCLES
static int64_t *times_of(const row_type *some, size_t count)
{
    int64_t *found = room(NULL, count + 1, sizeof *found);
    for (size_t r = 0; r < count; r++)
        found[r] = (int64_t)floor(some[r].time);
    return found;
}

#endif
static void print_forecast(const char *id, const glass_forecast *forecast)
{
    for (int h = 0; h < GLASS_HORIZON; h++) {
        print_cell("", id, "");
        printf(",%d", h + 1);
        for (int q = 0; q < GLASS_QUANTILES; q++)
            if (isnan(forecast->quantiles[h][q]))
                printf(",");
            else
                printf(",%.17g", forecast->quantiles[h][q]);
        printf("\n");
    }
}

/* Forecasts one series of `count` rows. */
static void forecast_rows(const row_type *some, size_t count)
{
    static glass_scratch scratch;
    glass_forecast forecast;
    glass_series series;
#if FUTURE
    count -= GLASS_HORIZON;
#endif
    double *values = taken(some, count, 0, 1);
    series.values = values;
    series.steps = count;
#if CYCLES
    int64_t *times = times_of(some, count), *times_ahead = times_of(some + count, GLASS_HORIZON);
    series.times = times;
    series.times_ahead = times_ahead;
#endif
#if KNOWN
    double *known = taken(some, count, 1, GLASS_KNOWN);
    double *known_ahead = taken(some + count, GLASS_HORIZON, 1, GLASS_KNOWN);
    series.known = known;
    series.known_ahead = known_ahead;
#endif
#if PAST
    double *past = taken(some, count, 1 + @first_past@, GLASS_PAST);
    series.past = past;
#endif
#if STATIC
    series.fixed = some->numbers + 1 + @first_static@;
#endif
    glass_predict(&series, &scratch, &forecast);
    print_forecast(ids[some->series], &forecast);
    free(values);
#if CYCLES
    free(times);
    free(times_ahead);
#endif
#if KNOWN
    free(known);
    free(known_ahead);
#endif
#if PAST
    free(past);
#endif
}

static void answer_all(void)
{
    size_t length;
#if FUTURE
    for (size_t r = 0; r < row_count; r += length)
        if ((length = length_at(r)) < GLASS_HORIZON)
            fail(BAD_DATA, "%s: series '%.60s' has %lu rows; expected at least the %d steps ahead", file_name,
                 ids[rows[r].series], (unsigned long)length, GLASS_HORIZON);
#endif
    printf("id,step");
    for (int q = 0; q < GLASS_QUANTILES; q++)
        printf(",q%g", glass_quantiles[q]);
    printf("\n");
    for (size_t r = 0; r < row_count; r += length)
        forecast_rows(&rows[r], length = length_at(r));
}

@arguments.c@
