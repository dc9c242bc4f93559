/* Forecasts a file of series, or standard input: see @name@.h for the forecaster.

       cc -std=c99 -O3 -o @name@ @name@.c main.c -lm
       ./@name@ [FILE] < FILE

   A CSV file (or one with semicolons or tabs) with a row for each step: the columns @columns@.
   Without the column id, all rows are one series; rows are sorted by time if that column is there. An empty cell is a
   missing value.
#if FUTURE
   The last @horizon@ rows of each series are the steps ahead: of these no value is read.
#endif
   Printed are id, step and the quantiles of each step ahead. */

#include "@name@.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USAGE = 2, BAD_DATA = 3, NUMBERS = @numbers@, ID = NUMBERS, TIME, OTHER };

typedef struct {
    const char *id;
    size_t series, number; /* of the series and of the row, in the file */
    double time, numbers[NUMBERS]; /* the value and the covariates */
} row_type;

/* What the columns of numbers are called. */
static const char *const NAMES[NUMBERS] = {@number_names@};
static const char *file_name = "standard input";
static char *at; /* where the text is read */
static long line = 1;
static char separator;
static row_type *rows;
static size_t row_count, row_capacity, series_count;

static void fail(int code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fprintf(stderr, "@name@: ");
    vfprintf(stderr, format, values);
    fprintf(stderr, "\n");
    va_end(values);
    exit(code);
}

static void *room(void *old, size_t count, size_t size)
{
    void *found = count > (size_t)-1 / size ? NULL : realloc(old, count * size > 0 ? count * size : 1);
    if (found == NULL)
        fail(BAD_DATA, "%s: is too large for the memory here", file_name);
    return found;
}

@csv@
static int role_of(const char *name)
{
    for (int k = 0; k < NUMBERS; k++)
        if (strcmp(name, NAMES[k]) == 0)
            return k;
    return strcmp(name, "id") == 0 ? ID : strcmp(name, "time") == 0 ? TIME : OTHER;
}

/* Returns what each column is for. */
static int *read_header(size_t *columns)
{
    int *roles = NULL, is_last = 0, seen[OTHER] = {0};
    for (*columns = 0; !is_last; ++*columns) {
        const char *cell = next_cell(&is_last);
        const int role = role_of(cell);
        roles = room(roles, *columns + 1, sizeof *roles);
        roles[*columns] = role;
        if (role != OTHER && seen[role]++)
            fail(BAD_DATA, "%s, line 1: the column '%s' appears twice", file_name, cell);
    }
    for (int k = 0; k < NUMBERS; k++)
        if (!seen[k])
            fail(BAD_DATA, "%s, line 1: has no column '%s'", file_name, NAMES[k]);
#if CYCLES
    if (!seen[TIME])
        fail(BAD_DATA, "%s, line 1: has no column 'time'", file_name);
#endif
    return roles;
}

/* Reads a time as seconds since 1970. */
static double seconds_of(const char *cell, long first)
{
    double time, origin;
    if (read_number(cell, &time))
        return time;
    if (!read_time(cell, &time))
        fail(BAD_DATA, "%s, line %ld: found '%s'; expected a time in seconds since 1970, or as ISO 8601", file_name,
             first, cell);
    read_time("1970-01-01", &origin);
    return time - origin;
}

static void read_row(const int *roles, size_t columns)
{
    const long first = line;
    int is_last = 0;
    row_type *row;
    if (row_count == row_capacity) {
        row_capacity = row_capacity > 0 ? 2 * row_capacity : 1024;
        rows = room(rows, row_capacity, sizeof *rows);
    }
    row = &rows[row_count];
    row->id = "1";
    row->number = row_count;
    row->time = (double)row_count;
    for (size_t k = 0; k < columns; k++) {
        char *cell;
        double value = NAN;
        if (is_last)
            fail(BAD_DATA, "%s, line %ld: has %lu cells; expected %lu", file_name, first, (unsigned long)k,
                 (unsigned long)columns);
        cell = next_cell(&is_last);
        if (roles[k] == ID) {
            row->id = cell;
        } else if (roles[k] == TIME) {
            row->time = seconds_of(cell, first);
        } else if (roles[k] < NUMBERS) {
            if (!is_missing(cell) && (!read_number(cell, &value) || isinf(value)))
                fail(BAD_DATA, "%s, line %ld, column '%s': '%s' is not a finite number", file_name, first,
                     NAMES[roles[k]], cell);
            row->numbers[roles[k]] = value;
        }
    }
    if (!is_last)
        fail(BAD_DATA, "%s, line %ld: has more than %lu cells", file_name, first, (unsigned long)columns);
    row->series = series_count;
    for (size_t r = row_count; r > 0; r--)
        if (strcmp(rows[r - 1].id, row->id) == 0) {
            row->series = rows[r - 1].series;
            break;
        }
    series_count += row->series == series_count;
    row_count++;
}

static int compare_rows(const void *left, const void *right)
{
    const row_type *a = left, *b = right;
    if (a->series != b->series)
        return a->series < b->series ? -1 : 1;
    if (a->time < b->time || a->time > b->time)
        return a->time < b->time ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Puts some of the numbers of rows one after another. */
static double *taken(const row_type *some, size_t count, int first, int width)
{
    double *found = room(NULL, count * (size_t)width + 1, sizeof *found);
    for (size_t r = 0; r < count; r++)
        memcpy(found + r * (size_t)width, some[r].numbers + first, (size_t)width * sizeof *found);
    return found;
}

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
        const int quoted = strpbrk(id, ",\"\r\n") != NULL;
        printf(quoted ? "\"" : "");
        for (const char *letter = id; *letter != '\0'; letter++)
            printf(*letter == '"' ? "\"\"" : "%c", *letter);
        printf(quoted ? "\",%d" : ",%d", h + 1);
        for (int q = 0; q < GLASS_QUANTILES; q++)
            if (isnan(forecast->quantiles[h][q]))
                printf(",");
            else
                printf(",%.17g", forecast->quantiles[h][q]);
        printf("\n");
    }
}

/* Forecasts one series of so many rows. */
static void forecast_rows(const row_type *some, size_t count)
{
    static glass_scratch scratch;
    glass_forecast forecast;
    glass_series series;
#if FUTURE
    if (count < GLASS_HORIZON)
        fail(BAD_DATA, "%s: series '%s' has %lu rows; expected more than the %d steps ahead", file_name, some->id,
             (unsigned long)count, GLASS_HORIZON);
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
    print_forecast(some->id, &forecast);
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

int main(int count, char **words)
{
    FILE *file = stdin;
    int *roles;
    size_t columns, length;
    char *text;
    if (count > 2 || (count == 2 && words[1][0] == '-'))
        fail(USAGE, "'%s' was not expected; usage: %s [FILE]", words[count - 1], words[0]);
    if (count == 2) {
        file_name = words[1];
        if ((file = fopen(file_name, "rb")) == NULL)
            fail(USAGE, "%s: cannot be opened: %s", file_name, strerror(errno));
    }
    at = text = read_text(file);
    if (count == 2)
        fclose(file);
    if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3; /* the mark of UTF-8 */
    if (*at == '\0')
        fail(BAD_DATA, "%s: is empty; expected a row for each step, under the names of the columns", file_name);
    separator = find_separator(at);
    roles = read_header(&columns);
    while (*at != '\0') {
        if (columns > 1 && (*at == '\n' || (*at == '\r' && at[1] == '\n'))) {
            line++;
            at += *at == '\r' ? 2 : 1;
        } else {
            read_row(roles, columns);
        }
    }
    if (row_count == 0)
        fail(BAD_DATA, "%s: has a header, but no rows; expected a row for each step", file_name);
    qsort(rows, row_count, sizeof *rows, compare_rows);
    printf("id,step");
    for (int q = 0; q < GLASS_QUANTILES; q++)
        printf(",q%g", glass_quantiles[q]);
    printf("\n");
    for (size_t r = 0; r < row_count; r += length) {
        for (length = 1; r + length < row_count && rows[r + length].series == rows[r].series;)
            length++;
        forecast_rows(&rows[r], length);
    }
    free(roles);
    free(text);
    free(rows);
    if (fflush(stdout) != 0 || ferror(stdout))
        fail(BAD_DATA, "the forecasts cannot be written: %s", strerror(errno));
    return 0;
}
