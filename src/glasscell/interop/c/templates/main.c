/* Answers a file of series, or standard input: see @name@.h for what it answers with.

       cc -std=c99 -O3 -o @name@ @name@.c main.c -lm
       ./@name@ [--id NAME] [--time NAME] [--missing NUMBER] [FILE] < FILE

   A CSV file (or one with semicolons or tabs) with a row for each step: a column for each channel, called as in
   training and in any order, one that says which series a row belongs to, and one of times, by which rows are sorted
   if it is there. Without a column of series, all rows are one; without a header, columns are the channels, in their
   order. An empty cell is a missing value. Printed are @printed@. */

#include "@name@.h"

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
#if EVERY
    const char *when; /* the time as the file has it */
#endif
    glass_value x[GLASS_CHANNELS];
} row_type;

static const char *id_column = @id@, *time_column = @time@, *file_name = "standard input";
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
    for (int d = 0; d < GLASS_CHANNELS; d++)
        if (strcmp(name, glass_channels[d]) == 0)
            return d;
    return strcmp(name, id_column) == 0 ? ID : strcmp(name, time_column) == 0 ? TIME : NOT_A_CHANNEL;
}

/* Reads the first line, and returns what each column is for; without names, it is read again as a row. */
static int *read_header(size_t *columns)
{
    char *begun = at;
    const long first = line;
    int *roles = NULL, is_last = 0, seen[GLASS_CHANNELS] = {0}, has_id = 0, has_time = 0, names = 0;
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
            fail(BAD_DATA, "%s, line %ld: the column '%s' appears twice", file_name, first, cell);
        if (role == NOT_A_CHANNEL && strcmp(cell, @label@) != 0)
            stranger = cell;
    }
    if (names == 0 && *columns == GLASS_CHANNELS) {
        for (int d = 0; d < GLASS_CHANNELS; d++)
            roles[d] = d;
        at = begun;
        line = first;
        free(copy);
        return roles;
    }
    for (int d = 0; d < GLASS_CHANNELS; d++)
        if (!seen[d])
            fail(BAD_DATA, "%s, line %ld: has no column '%s'; expected a column for each channel", file_name, first,
                 glass_channels[d]);
    if (!has_id && stranger != NULL)
        fail(BAD_DATA, "%s, line %ld: has no column '%s' for the series of a row, but '%s', which is not a channel; "
             "name the column of series with --id, or remove all other columns", file_name, first, id_column,
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
#if EVERY
    row->when = NULL;
#endif
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
#if EVERY
            row->when = cell;
#endif
        } else if (roles[k] >= 0) {
            if (!is_missing(cell) && !read_number(cell, &value))
                fail(BAD_DATA, "%s, line %ld, column '%s': '%s' is not a number; write it like -1234.5, or leave the cell "
                     "empty", file_name, first, glass_channels[roles[k]], cell);
            if (fabs(value) > FLT_MAX)
                fail(BAD_DATA, "%s, line %ld, column '%s': %s is infinite or beyond 3.4e38; put a number there, or "
                     "leave the cell empty", file_name, first, glass_channels[roles[k]], cell);
            row->x[roles[k]] = has_missing && (float)value == (float)missing ? NAN : (glass_value)value;
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
            fail(BAD_DATA, "%s, line %ld: series '%s' has the same time as line %ld; expected each time once per "
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
#if EVERY
    printf(rows[0].when != NULL ? "id,time,answer" : "id,step,answer");
    for (int k = 0; k < GLASS_ANSWERS; k++) {
        printf(",");
        print_cell("p(", glass_labels[k], ")");
    }
#else
#if LABELS
    printf("id,answer");
    for (int k = 0; k < GLASS_ANSWERS; k++) {
        printf(",");
        print_cell("p(", glass_labels[k], ")");
    }
#else
    printf("id");
    for (int k = 0; k < GLASS_ANSWERS; k++) {
        printf(",");
        print_cell("", GLASS_ANSWERS == 1 ? "answer" : glass_targets[k], "");
    }
#endif
#endif
    printf(has_notes ? ",note\n" : "\n");
}

#if !EVERY
/* Returns why a series has no prediction. */
static const char *note_on(const glass_value *x, size_t steps)
{
    for (size_t k = 0; k < steps * GLASS_CHANNELS; k++)
        if (!isnan(x[k]))
            return "a value is missing or too large";
    return "all values are missing";
}

#endif
#if EVERY
static void print_answer(const row_type *row, size_t step, const glass_answer *answer, int has_notes)
{
    const char *note = "a value is too large";
    print_cell("", ids[row->series], ",");
    if (row->when != NULL)
        print_cell("", row->when, "");
    else
        printf("%lu", (unsigned long)step);
#else
static void print_answer(const char *id, const glass_answer *answer, const char *note, int has_notes)
{
    print_cell("", id, "");
#endif
#if LABELS
    printf(",");
    if (answer->answered)
        print_cell("", glass_labels[answer->label], "");
#endif
    for (int k = 0; k < GLASS_ANSWERS; k++)
        if (answer->answered)
            printf(",%.@digits@g", (double)answer->answers[k]);
        else
            printf(",");
    if (has_notes)
        printf(",%s", answer->answered ? "" : note);
    printf("\n");
}

static void answer_all(void)
{
    size_t longest = 0, length;
    int has_notes = 0;
#if EVERY
    glass_answer *answers = room(NULL, row_count, sizeof *answers);
#else
    glass_answer *answers = room(NULL, series_count, sizeof *answers);
    const char **notes = room(NULL, series_count, sizeof *notes);
#endif
    glass_value *x;
    float *scratch;
    for (size_t r = 0; r < row_count; r += length) {
        for (length = 1; r + length < row_count && rows[r + length].series == rows[r].series;)
            length++;
        longest = length > longest ? length : longest;
#if FIXED
        if (length != GLASS_STEPS)
            fail(BAD_DATA, "%s: series '%s' has %lu steps; expected %d", file_name, ids[rows[r].series],
                 (unsigned long)length, GLASS_STEPS);
#endif
    }
    x = room(NULL, longest, sizeof rows->x);
    scratch = room(NULL, GLASS_SCRATCH(longest), sizeof *scratch);
    for (size_t r = 0; r < row_count; r += length) {
        for (length = 0; r + length < row_count && rows[r + length].series == rows[r].series; length++)
            memcpy(x + length * GLASS_CHANNELS, rows[r + length].x, sizeof rows->x);
#if EVERY
        glass_predict(x, length, scratch, &answers[r]);
        for (size_t t = 0; t < length; t++)
            has_notes |= !answers[r + t].answered;
    }
    print_header(has_notes);
    for (size_t r = 0, begin = 0; r < row_count; r++) {
        begin = r > 0 && rows[r].series == rows[r - 1].series ? begin : r;
        print_answer(&rows[r], r - begin, &answers[r], has_notes);
    }
#else
        glass_predict(x, length, scratch, &answers[rows[r].series]);
        notes[rows[r].series] = note_on(x, length);
        has_notes |= !answers[rows[r].series].answered;
    }
    print_header(has_notes);
    for (size_t k = 0; k < series_count; k++)
        print_answer(ids[k], &answers[k], notes[k], has_notes);
    free(notes);
#endif
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
        fail(BAD_DATA, "%s: has a header, but no rows; expected a row for each step", file_name);
    sort_rows();
    answer_all();
    free(roles);
    free(text);
    free(rows);
    free(ids);
    free(slots);
    if (fflush(stdout) != 0 || ferror(stdout))
        fail(BAD_DATA, "the predictions cannot be written: %s", strerror(errno));
    return 0;
}
