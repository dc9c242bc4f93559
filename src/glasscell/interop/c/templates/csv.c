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

/* Reads a number, or ISO 8601 (2026-01-31, 2026-01-31T12:00:00.5, with Z or +01:00), as seconds. */
static int read_time(const char *cell, double *time)
{
    int year, month, day, hour = 0, minute = 0, used = 0, zone_hour = 0, zone_minute = 0;
    double second = 0;
    long days;
    if (read_number(cell, time))
        return 1;
    if (sscanf(cell, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || month < 1 || month > 12 || used == 0)
        return 0;
    cell += used;
    if (*cell == 'T' || *cell == ' ') {
        if (sscanf(cell + 1, "%2d:%2d%n", &hour, &minute, &used) != 2)
            return 0;
        cell += 1 + used;
        if (*cell == ':') {
            char *end;
            second = strtod(cell + 1, &end);
            cell = end;
        }
        if (*cell == 'Z') {
            cell++;
        } else if (*cell == '+' || *cell == '-') {
            const int sign = *cell == '-' ? -1 : 1;
            if (sscanf(cell + 1, "%2d:%2d%n", &zone_hour, &zone_minute, &used) != 2)
                return 0;
            cell += 1 + used;
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
