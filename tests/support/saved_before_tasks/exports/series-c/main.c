/* Answers a file of series, or standard input: see series_c.h for what it answers with.

       cc -std=c99 -O3 -o series_c series_c.c main.c -lm
       ./series_c [--id NAME] [--time NAME] [--missing NUMBER] [FILE] < FILE

   A CSV file (or one with semicolons or tabs) with a row for each step: a column for each channel, called as in
   training and in any order, one that says which series a row belongs to, and one of times, by which rows are sorted
   if it is there. Without a column of series, all rows are one; without a header, columns are the channels, in their
   order. An empty cell is a missing value. Printed are id, answer and, for labels, the probability of each. */

#include "series_c.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USAGE = 2, BAD_DATA = 3, NOT_A_CHANNEL = -1, ID = -2, TIME = -3 };

typedef struct {
    size_t series, number; /* of the row, in the file */
    long line;
    double time;
    series_c_value x[SERIES_C_CHANNELS];
} row_type;

static const char *id_column = "id", *time_column = "t", *file_name = "standard input";
static double missing;
static int has_missing;

static char *at; /* where the text is read */
static long line = 1;
static char separator;

static row_type *rows;
static char **ids;
static size_t row_count, row_capacity, series_count, *slots, slot_count;

static void fail(int code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fprintf(stderr, "series_c: ");
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

static char *read_text(FILE *file)
{
    size_t size = 0, capacity = 1 << 16;
    char *text = room(NULL, capacity, 1);
    for (;;) {
        const size_t more = fread(text + size, 1, capacity - size - 1, file);
        size += more;
        if (more == 0)
            break;
        if (capacity - size < 2)
            text = room(text, capacity *= 2, 1);
    }
    if (ferror(file))
        fail(BAD_DATA, "%s: cannot be read: %s", file_name, strerror(errno));
    text[size] = '\0';
    if (strlen(text) != size)
        fail(BAD_DATA, "%s: is no text (it has a zero byte); expected CSV in UTF-8", file_name);
    return text;
}

/* Returns the next cell of a line, without quotes and spaces around it; *is_last says whether the line ends there. */
static char *next_cell(int *is_last)
{
    char *cell, *end;
    while (*at == ' ' || (*at == '\t' && separator != '\t'))
        at++;
    cell = end = at;
    if (*at == '"') {
        const long begun = line;
        at++;
        while (*at != '"' || at[1] == '"') {
            if (*at == '\0')
                fail(BAD_DATA, "%s, line %ld: a quotation mark is never closed", file_name, begun);
            line += *at == '\n';
            at += *at == '"';
            *end++ = *at++;
        }
        at++;
    }
    while (*at != '\0' && *at != separator && *at != '\n' && *at != '\r')
        *end++ = *at++;
    *is_last = *at != separator;
    while (*at == '\r')
        at++;
    if (*at == '\n' && *is_last) {
        line++;
        at++;
    } else if (*at != '\0' && !*is_last) {
        at++;
    }
    while (end > cell && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    return cell + strspn(cell, " ");
}

static int is_missing(const char *cell)
{
    static const char *const MISSING[] = {"", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "\?", "-", "#N/A", "<NA>", "NaT", "n.a.", "N.A.", "k.A.", "--", "---", ".", "missing", "#DIV/0!", "#NUM!", "#VALUE!", "#REF!", "#NAME\?", "#NULL!"};
    for (size_t k = 0; k < sizeof MISSING / sizeof *MISSING; k++)
        if (strcmp(cell, MISSING[k]) == 0)
            return 1;
    return 0;
}

static int read_number(const char *cell, double *value)
{
    char *end;
    *value = strtod(cell, &end);
    return end != cell && *end == '\0' && strpbrk(cell, "xXpP") == NULL && !isnan(*value);
}

/* Reads a whole number of one digit to `most`, no larger than `largest`, and moves *text behind it. */
static int read_digits(const char **text, int most, int largest, int *value)
{
    int count = 0;
    for (*value = 0; count < most && **text >= '0' && **text <= '9'; count++)
        *value = 10 * *value + *(*text)++ - '0';
    return count > 0 && *value <= largest;
}

/* Reads hours and minutes, 23:59, and moves *text behind them. */
static int read_clock(const char **text, int *hour, int *minute)
{
    return read_digits(text, 2, 23, hour) && *(*text)++ == ':' && read_digits(text, 2, 59, minute);
}

/* Reads a date that there is, 2026-01-31, and moves *text behind it. */
static int read_date(const char **text, int *year, int *month, int *day)
{
    static const int DAYS[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!read_digits(text, 4, 9999, year) || *(*text)++ != '-' || !read_digits(text, 2, 12, month)
        || *(*text)++ != '-' || *month == 0 || !read_digits(text, 2, DAYS[*month - 1], day))
        return 0;
    if (*month == 2 && *day == 29 && (*year % 4 != 0 || (*year % 100 == 0 && *year % 400 != 0)))
        return 0;
    return *year > 0 && *day > 0;
}

/* Reads a number, or ISO 8601 (2026-01-31, 2026-01-31T12:00:00.5, with Z or +01:00), as seconds. */
static int read_time(const char *cell, double *time)
{
    int year, month, day, hour = 0, minute = 0, zone_hour = 0, zone_minute = 0;
    double second = 0;
    long days;
    if (read_number(cell, time))
        return 1;
    if (!read_date(&cell, &year, &month, &day))
        return 0;
    if (*cell == 'T' || *cell == ' ') {
        cell++;
        if (!read_clock(&cell, &hour, &minute))
            return 0;
        if (*cell == ':') {
            const size_t size = strspn(++cell, "0123456789.");
            char *end;
            second = strtod(cell, &end);
            if (size == 0 || end != cell + size || second >= 60)
                return 0;
            cell = end;
        }
        if (*cell == 'Z') {
            cell++;
        } else if (*cell == '+' || *cell == '-') {
            const int sign = *cell++ == '-' ? -1 : 1;
            if (!read_clock(&cell, &zone_hour, &zone_minute))
                return 0;
            zone_hour *= sign;
            zone_minute *= sign;
        }
    }
    /* days since March of the year 0, so that the leap day is a year's last */
    year -= month < 3;
    days = 365L * year + year / 4 - year / 100 + year / 400 + (153 * (month + (month < 3 ? 9 : -3)) + 2) / 5 + day;
    *time = ((double)days * 24 + hour - zone_hour) * 3600 + (minute - zone_minute) * 60 + second;
    return *cell == '\0';
}

static char find_separator(const char *text)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    for (int quoted = 0; *text != '\0' && (quoted || *text != '\n'); text++) {
        quoted ^= *text == '"';
        commas += !quoted && *text == ',';
        semicolons += !quoted && *text == ';';
        tabs += !quoted && *text == '\t';
    }
    return semicolons > commas && semicolons >= tabs ? ';' : tabs > commas ? '\t' : ',';
}

/* Returns the number of a series, a new one for a name that was not there before. */
static size_t series_of(char *name)
{
    size_t hash = 5381, slot;
    if (2 * series_count >= slot_count) { /* all of them find new places in a table of twice the size */
        const size_t count = series_count;
        slot_count = slot_count > 0 ? 2 * slot_count : 1024;
        slots = room(slots, slot_count, sizeof *slots);
        ids = room(ids, slot_count, sizeof *ids);
        memset(slots, 0, slot_count * sizeof *slots);
        series_count = 0;
        for (size_t k = 0; k < count; k++)
            series_of(ids[k]);
    }
    for (const char *letter = name; *letter != '\0'; letter++)
        hash = hash * 33 + (unsigned char)*letter;
    for (slot = hash % slot_count; slots[slot] != 0; slot = (slot + 1) % slot_count)
        if (strcmp(ids[slots[slot] - 1], name) == 0)
            return slots[slot] - 1;
    ids[series_count] = name;
    slots[slot] = ++series_count;
    return series_count - 1;
}

static int role_of(const char *name)
{
    for (int d = 0; d < SERIES_C_CHANNELS; d++)
        if (strcmp(name, series_c_channels[d]) == 0)
            return d;
    return strcmp(name, id_column) == 0 ? ID : strcmp(name, time_column) == 0 ? TIME : NOT_A_CHANNEL;
}

/* Reads the first line, and returns what each column is for; without names, it is read again as a row. */
static int *read_header(size_t *columns)
{
    char *begun = at;
    const long first = line;
    int *roles = NULL, is_last = 0, seen[SERIES_C_CHANNELS] = {0}, has_id = 0, has_time = 0, names = 0;
    const char *stranger = NULL;
    const size_t size = strlen(at) + 1;
    char *copy = memcpy(room(NULL, size, 1), at, size);
    at = copy;
    for (*columns = 0; !is_last; ++*columns) {
        double value;
        const char *cell = next_cell(&is_last);
        const int role = role_of(cell);
        roles = room(roles, *columns + 1, sizeof *roles);
        roles[*columns] = role;
        names += !is_missing(cell) && !read_number(cell, &value);
        if (role >= 0 ? seen[role]++ : role == ID ? has_id++ : role == TIME ? has_time++ : 0)
            fail(BAD_DATA, "%s, line %ld: the column '%s' is there twice", file_name, first, cell);
        if (role == NOT_A_CHANNEL && strcmp(cell, "label") != 0)
            stranger = cell;
    }
    if (names == 0 && *columns == SERIES_C_CHANNELS) {
        for (int d = 0; d < SERIES_C_CHANNELS; d++)
            roles[d] = d;
        at = begun;
        line = first;
        free(copy);
        return roles;
    }
    for (int d = 0; d < SERIES_C_CHANNELS; d++)
        if (!seen[d])
            fail(BAD_DATA, "%s, line %ld: has no column '%s'; expected a column for each channel", file_name, first,
                 series_c_channels[d]);
    if (!has_id && stranger != NULL)
        fail(BAD_DATA, "%s, line %ld: has no column '%s', which says what series a row belongs to, but '%s', which is "
             "no channel; name the column of series with --id, or leave all others out", file_name, first, id_column,
             stranger);
    at = begun + (at - copy);
    free(copy);
    return roles;
}

static void read_row(const int *roles, size_t columns)
{
    const long first = line;
    int is_last = 0, has_series = 0;
    row_type *row;
    if (row_count == row_capacity) {
        row_capacity = row_capacity > 0 ? 2 * row_capacity : 1024;
        rows = room(rows, row_capacity, sizeof *rows);
    }
    row = &rows[row_count];
    row->line = first;
    row->number = row_count;
    row->time = (double)row_count;
    for (size_t k = 0; !is_last; k++) {
        char *cell = next_cell(&is_last);
        double value = NAN;
        if (is_last != (k + 1 == columns)) {
            for (k++; !is_last; k++)
                next_cell(&is_last);
            fail(BAD_DATA, "%s, line %ld: has %lu cells; expected %lu, as in the first line", file_name, first,
                 (unsigned long)k, (unsigned long)columns);
        }
        if (roles[k] == ID) {
            if (*cell == '\0')
                fail(BAD_DATA, "%s, line %ld, column '%s': is empty; put the name of a series there", file_name, first,
                     id_column);
            row->series = series_of(cell);
            has_series = 1;
        } else if (roles[k] == TIME) {
            if (!read_time(cell, &row->time))
                fail(BAD_DATA, "%s, line %ld, column '%s': found '%s'; expected a time as a number, or as ISO 8601 "
                     "(2026-01-31T12:00:00)", file_name, first, time_column, cell);
        } else if (roles[k] >= 0) {
            if (!is_missing(cell) && !read_number(cell, &value))
                fail(BAD_DATA, "%s, line %ld, column '%s': '%s' is no number; write it like -1234.5, or leave the cell "
                     "empty", file_name, first, series_c_channels[roles[k]], cell);
            if (fabs(value) > FLT_MAX)
                fail(BAD_DATA, "%s, line %ld, column '%s': %s is infinite, or beyond 3.4e38; put a number there, or "
                     "leave the cell empty", file_name, first, series_c_channels[roles[k]], cell);
            row->x[roles[k]] = has_missing && (float)value == (float)missing ? NAN : (series_c_value)value;
        }
    }
    if (!has_series) {
        static char only[] = "1";
        row->series = series_of(only);
    }
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

/* Sorts rows by series and time; a time may be there once. */
static void sort_rows(void)
{
    qsort(rows, row_count, sizeof *rows, compare_rows);
    for (size_t r = 1; r < row_count; r++)
        if (rows[r].series == rows[r - 1].series && !(rows[r].time > rows[r - 1].time))
            fail(BAD_DATA, "%s, line %ld: series '%s' has the time of line %ld again; expected each time once in a "
                 "series", file_name, rows[r].line, ids[rows[r].series], rows[r - 1].line);
}

/* Prints a cell of CSV: before, text and after, in quotes where needed. */
static void print_cell(const char *before, const char *text, const char *after)
{
    const int quoted = strpbrk(text, ",\"\r\n") != NULL;
    printf(quoted ? "\"%s" : "%s", before);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    printf(quoted ? "%s\"" : "%s", after);
}

static void print_header(int has_notes)
{
    printf("id,answer");
    for (int k = 0; k < SERIES_C_ANSWERS; k++) {
        printf(",");
        print_cell("p(", series_c_labels[k], ")");
    }
    printf(has_notes ? ",note\n" : "\n");
}

static void print_answer(const char *id, const series_c_answer *answer, int has_notes)
{
    print_cell("", id, "");
    printf(",");
    if (answer->answered)
        print_cell("", series_c_labels[answer->label], "");
    for (int k = 0; k < SERIES_C_ANSWERS; k++)
        if (answer->answered)
            printf(",%.9g", (double)answer->answers[k]);
        else
            printf(",");
    if (has_notes)
        printf(answer->answered ? "," : ",all values are missing");
    printf("\n");
}

static void answer_all(void)
{
    size_t longest = 0, length;
    int has_notes = 0;
    series_c_answer *answers = room(NULL, series_count, sizeof *answers);
    series_c_value *x;
    float *scratch;
    for (size_t r = 0; r < row_count; r += length) {
        for (length = 1; r + length < row_count && rows[r + length].series == rows[r].series;)
            length++;
        longest = length > longest ? length : longest;
    }
    x = room(NULL, longest, sizeof rows->x);
    scratch = room(NULL, SERIES_C_SCRATCH(longest), sizeof *scratch);
    for (size_t r = 0; r < row_count; r += length) {
        for (length = 0; r + length < row_count && rows[r + length].series == rows[r].series; length++)
            memcpy(x + length * SERIES_C_CHANNELS, rows[r + length].x, sizeof rows->x);
        series_c_predict(x, length, scratch, &answers[rows[r].series]);
        has_notes |= !answers[rows[r].series].answered;
    }
    print_header(has_notes);
    for (size_t k = 0; k < series_count; k++)
        print_answer(ids[k], &answers[k], has_notes);
    free(answers);
    free(x);
    free(scratch);
}

int main(int count, char **words)
{
    FILE *file = stdin;
    int *roles, is_named = 0;
    size_t columns;
    char *text;
    for (int k = 1; k < count; k++) {
        const char *value = k + 1 < count ? words[k + 1] : NULL;
        if (strcmp(words[k], "--id") == 0 && value != NULL) {
            id_column = words[++k];
        } else if (strcmp(words[k], "--time") == 0 && value != NULL) {
            time_column = words[++k];
        } else if (strcmp(words[k], "--missing") == 0 && value != NULL && read_number(value, &missing)) {
            has_missing = 1;
            k++;
        } else if (!is_named && (words[k][0] != '-' || strcmp(words[k], "-") == 0)) {
            is_named = strcmp(words[k], "-") != 0;
            file_name = is_named ? words[k] : file_name;
        } else {
            fail(USAGE, "'%s' was not expected; usage: %s [--id NAME] [--time NAME] [--missing NUMBER] [FILE]",
                 words[k], words[0]);
        }
    }
    if (is_named && (file = fopen(file_name, "rb")) == NULL)
        fail(USAGE, "%s: cannot be opened: %s", file_name, strerror(errno));
    at = text = read_text(file);
    if (is_named)
        fclose(file);
    if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3; /* the mark of UTF-8 */
    while (*at == '\n' || *at == '\r' || *at == '#') {
        at += strcspn(at, "\n");
        line += *at == '\n';
        at += *at == '\n';
    }
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
        fail(BAD_DATA, "%s: has names of columns, but no rows; expected a row for each step", file_name);
    sort_rows();
    answer_all();
    free(roles);
    free(text);
    free(rows);
    free(ids);
    free(slots);
    if (fflush(stdout) != 0 || ferror(stdout))
        fail(BAD_DATA, "the answers cannot be written: %s", strerror(errno));
    return 0;
}
