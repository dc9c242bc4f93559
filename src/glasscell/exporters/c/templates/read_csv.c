static const char *file_name = "standard input";
static char *at; /* the reading position */
static long line = 1;
static char separator;

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
        fail(BAD_DATA, "%s: is not text (it has a zero byte); expected CSV in UTF-8", file_name);
    return text;
}

/* Returns the next cell of a line, without quotes and surrounding white space; sets *is_last at the end of a line. */
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
                fail(BAD_DATA, "%s, line %ld: a quotation mark is not closed", file_name, begun);
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
    while (end > cell && strchr(" \t\r\n", end[-1]) != NULL)
        end--;
    *end = '\0';
    return cell + strspn(cell, " \t\r\n");
}

static int is_missing(const char *cell)
{
    static const char *const MISSING[] = {@missing@};
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

/* Reads an integer of 1 to `most` digits, at most `largest`, and moves *text past it. */
static int read_digits(const char **text, int most, int largest, int *value)
{
    int count = 0;
    for (*value = 0; count < most && **text >= '0' && **text <= '9'; count++)
        *value = 10 * *value + *(*text)++ - '0';
    return count > 0 && *value <= largest;
}

/* Reads hours and minutes, 23:59, and moves *text past them. */
static int read_clock(const char **text, int *hour, int *minute)
{
    return read_digits(text, 2, 23, hour) && *(*text)++ == ':' && read_digits(text, 2, 59, minute);
}

/* Reads a valid date, 2026-01-31, and moves *text past it. */
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

/* Reads a number, or ISO 8601 (2026-01-31, 2026-01-31T12:00:00.5, with Z or +01:00) as seconds since 1970. */
static int read_time(const char *cell, double *time)
{
    int year, month, day, hour = 0, minute = 0, zone_hour = 0, zone_minute = 0;
    double second = 0;
    long days;
    if (read_number(cell, time))
        return fabs(*time) < 9e18; /* fits in int64_t */
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
    /* days since March of year 0, so that a leap day is the last day of its year */
    year -= month < 3;
    days = 365L * year + year / 4 - year / 100 + year / 400 + (153 * (month + (month < 3 ? 9 : -3)) + 2) / 5 + day;
    *time = ((double)(days - 719469) * 24 + hour - zone_hour) * 3600 + (minute - zone_minute) * 60 + second;
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

/* Prints a CSV cell: before, text and after, quoted if necessary. */
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
