enum { NOT_READ = -1, ID = -2, TIME = -3 };

typedef struct {
    size_t series, number; /* of the row in the file */
    long line;
    double time;
    const char *when; /* the time as in the file, or NULL */
    number_type numbers[NUMBERS];
} row_type;

static const char *id_column = @id@, *time_column = @time@;
static double missing;
static int has_missing;

static int *roles; /* role of each column */
static row_type *rows;
static char **ids;
static size_t column_count, row_count, row_capacity, series_count, *slots, slot_count;

/* Returns the number of a series; an unknown name gets a new one. */
static size_t series_of(char *name)
{
    size_t hash = 5381, slot;
    if (2 * series_count >= slot_count) { /* rehash into a table of twice the size */
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
    for (int k = 0; k < NUMBERS; k++)
        if (strcmp(name, NAMES[k]) == 0)
            return k;
    return strcmp(name, id_column) == 0 ? ID : strcmp(name, time_column) == 0 ? TIME : NOT_READ;
}

/* Reads the roles of the columns from the first line; a line without names is read again as a row. */
static void read_header(void)
{
    char *begun = at;
    const long first = line;
    int is_last = 0, seen[NUMBERS] = {0}, has_id = 0, has_time = 0, names = 0;
    const char *stranger = NULL;
    const size_t size = strlen(at) + 1;
    char *copy = memcpy(room(NULL, size, 1), at, size);
    at = copy;
    while (!is_last) {
        double value;
        const char *cell = next_cell(&is_last);
        const int role = role_of(cell);
        roles = room(roles, column_count + 1, sizeof *roles);
        roles[column_count++] = role;
        names += !is_missing(cell) && !read_number(cell, &value);
        if (role >= 0 ? seen[role]++ : role == ID ? has_id++ : role == TIME ? has_time++ : 0)
            fail(BAD_DATA, "%s, line %ld: the column '%s' appears twice", file_name, first, cell);
        if (role == NOT_READ && strcmp(cell, @label@) != 0)
            stranger = cell;
    }
    if (names == 0 && column_count == NUMBERS && !NEEDS_TIME) {
        for (int k = 0; k < NUMBERS; k++)
            roles[k] = k;
        at = begun;
        line = first;
        free(copy);
        return;
    }
    for (int k = 0; k < NUMBERS; k++)
        if (!seen[k])
            fail(BAD_DATA, "%s, line %ld: has no column '%s'; expected it among the names of the columns", file_name,
                 first, NAMES[k]);
    if (NEEDS_TIME && !has_time)
        fail(BAD_DATA, "%s, line %ld: has no column '%s'; name the column of times with --time", file_name, first,
             time_column);
    if (!has_id && stranger != NULL)
        fail(BAD_DATA, "%s, line %ld: has no column '%s' for the series of a row, but '%.60s', which is not read; "
             "name the column of series with --id, or remove all other columns", file_name, first, id_column, stranger);
    at = begun + (at - copy);
    free(copy);
}

static number_type number_of(const char *cell, const char *name, long first)
{
    double value;
    if (is_missing(cell))
        return NAN;
    if (!read_number(cell, &value))
        fail(BAD_DATA, "%s, line %ld, column '%s': '%.60s' is not a number; write it like -1234.5, or leave the cell "
             "empty", file_name, first, name, cell);
    if (fabs(value) > LARGEST)
        fail(BAD_DATA, "%s, line %ld, column '%s': %.60s is infinite or beyond " BEYOND "; put a number there, or leave "
             "the cell empty", file_name, first, name, cell);
    return has_missing && (float)value == (float)missing ? NAN : (number_type)value;
}

static void read_row(void)
{
    static char only[] = "1";
    const long first = line;
    char *id = only;
    int is_last = 0;
    row_type *row;
    if (row_count == row_capacity) {
        row_capacity = row_capacity > 0 ? 2 * row_capacity : 1024;
        rows = room(rows, row_capacity, sizeof *rows);
    }
    row = &rows[row_count];
    row->line = first;
    row->number = row_count;
    row->time = (double)row_count++;
    row->when = NULL;
    for (size_t k = 0; !is_last; k++) {
        char *cell = next_cell(&is_last);
        if (is_last != (k + 1 == column_count)) {
            for (k++; !is_last; k++)
                next_cell(&is_last);
            fail(BAD_DATA, "%s, line %ld: has %lu cells; expected %lu, as in the first line", file_name, first,
                 (unsigned long)k, (unsigned long)column_count);
        }
        if (roles[k] == ID) {
            if (*cell == '\0')
                fail(BAD_DATA, "%s, line %ld, column '%s': is empty; put the name of a series there", file_name, first,
                     id_column);
            id = cell;
        } else if (roles[k] == TIME) {
            if (!read_time(cell, &row->time))
                fail(BAD_DATA, "%s, line %ld, column '%s': found '%.60s'; expected a time as a number, or as ISO 8601 "
                     "(2026-01-31T12:00:00)", file_name, first, time_column, cell);
            row->when = cell;
        } else if (roles[k] >= 0) {
            row->numbers[roles[k]] = number_of(cell, NAMES[roles[k]], first);
        }
    }
    row->series = series_of(id);
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

/* Sorts rows by series and time; a series may have each time only once. */
static void sort_rows(void)
{
    qsort(rows, row_count, sizeof *rows, compare_rows);
    for (size_t r = 1; r < row_count; r++)
        if (rows[r].series == rows[r - 1].series && !(rows[r].time > rows[r - 1].time))
            fail(BAD_DATA, "%s, line %ld: series '%.60s' has the same time as line %ld; expected each time once per "
                 "series", file_name, rows[r].line, ids[rows[r].series], rows[r - 1].line);
}

/* Returns the number of rows of the series that begins at a row. */
static size_t length_at(size_t begin)
{
    size_t end = begin + 1;
    while (end < row_count && rows[end].series == rows[begin].series)
        end++;
    return end - begin;
}

/* Returns some columns of rows, row by row. */
static number_type *taken(const row_type *some, size_t count, int first, int width)
{
    number_type *found = room(NULL, count * (size_t)width + 1, sizeof *found);
    for (size_t r = 0; r < count; r++)
        memcpy(found + r * (size_t)width, some[r].numbers + first, (size_t)width * sizeof *found);
    return found;
}
