/* Predicts for the series of a file or of standard input: see @name@.h for the network.

       cc -std=c99 -O3 -o @name@ @name@.c main.c -lm
       ./@name@ [--id NAME] [--time NAME] [--missing NUMBER] [FILE] < FILE

   The input is CSV (or separated by semicolons or tabs) with a row per step. It has a column per channel, named as in
   training, in any order; a column with the id of the series; and optionally one of times, by which rows are sorted.
   Without ids, all rows are one series; without a header, columns are the channels in their order. An empty cell is a
   missing value. The output is @printed@. */

#include "@name@.h"

@program.c@

#define NAMES glass_channels
#define LARGEST FLT_MAX
#define BEYOND "3.4e38"

enum { NUMBERS = GLASS_CHANNELS, NEEDS_TIME = 0 };
typedef glass_value number_type;

@read_csv.c@

@read_table.c@

static void print_header(int has_notes)
{
#if EVERY
    printf(rows[0].when != NULL ? "id,time" : "id,step");
#else
    printf("id");
#endif
#if LABELS
    printf(",answer");
#endif
    for (int k = 0; k < GLASS_ANSWERS; k++) {
        printf(",");
#if LABELS
        print_cell("p(", glass_labels[k], ")");
#else
        print_cell("", GLASS_ANSWERS == 1 ? "answer" : glass_targets[k], "");
#endif
    }
    printf(has_notes ? ",note\n" : "\n");
}

/* Prints a prediction after its id; without one, the reason in the column note. */
static void print_answer(const glass_answer *answer, const char *note, int has_notes)
{
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

#if EVERY
static void print_series(const row_type *some, size_t length, const glass_answer *answers, int has_notes)
{
    for (size_t t = 0; t < length; t++) {
        print_cell("", ids[some->series], ",");
        if (some[t].when != NULL)
            print_cell("", some[t].when, "");
        else
            printf("%lu", (unsigned long)t);
        print_answer(&answers[t], "a value is too large", has_notes);
    }
}
#else
static void print_series(const row_type *some, size_t length, const glass_answer *answer, int has_notes)
{
    const char *note = "all values are missing";
    for (size_t t = 0; t < length; t++)
        for (int d = 0; d < GLASS_CHANNELS; d++)
            if (!isnan(some[t].numbers[d]))
                note = "a value is @missing_or@too large";
    print_cell("", ids[some->series], "");
    print_answer(answer, note, has_notes);
}
#endif

/* Returns the index of the prediction for a row or its series. */
static size_t place_of(size_t r)
{
#if EVERY
    return r;
#else
    return rows[r].series;
#endif
}

static void answer_all(void)
{
    size_t length;
    int has_notes = 0;
    glass_answer *answers;
#if FIXED
    for (size_t r = 0; r < row_count; r += length)
        if ((length = length_at(r)) != GLASS_STEPS)
            fail(BAD_DATA, "%s: series '%.60s' has %lu steps; expected %d", file_name, ids[rows[r].series],
                 (unsigned long)length, GLASS_STEPS);
#endif
    answers = room(NULL, place_of(row_count - 1) + 1, sizeof *answers);
    for (size_t r = 0; r < row_count; r += length) {
        glass_value *x = taken(&rows[r], length = length_at(r), 0, GLASS_CHANNELS);
        float *scratch = room(NULL, GLASS_SCRATCH(length), sizeof *scratch);
        glass_predict(x, length, scratch, &answers[place_of(r)]);
        for (size_t k = place_of(r); k <= place_of(r + length - 1); k++)
            has_notes |= !answers[k].answered;
        free(x);
        free(scratch);
    }
    print_header(has_notes);
    for (size_t r = 0; r < row_count; r += length)
        print_series(&rows[r], length = length_at(r), &answers[place_of(r)], has_notes);
    free(answers);
}

@arguments.c@
