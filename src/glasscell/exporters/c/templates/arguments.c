int main(int count, char **words)
{
    FILE *file = stdin;
    int is_named = 0;
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
        at += 3; /* the byte order mark */
    while (*at == '\n' || *at == '\r' || *at == '#') {
        at += strcspn(at, "\n");
        line += *at == '\n';
        at += *at == '\n';
    }
    if (*at == '\0')
        fail(BAD_DATA, "%s: is empty; expected a row for each step, under the names of the columns", file_name);
    separator = find_separator(at);
    read_header();
    while (*at != '\0') {
        if (column_count > 1 && (*at == '\n' || (*at == '\r' && at[1] == '\n'))) {
            line++;
            at += *at == '\r' ? 2 : 1;
        } else {
            read_row();
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
    return finish();
}
