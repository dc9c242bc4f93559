/* Asks an export, in a folder called "network", what standard input has: of each series the number of its steps, then
   its numbers. Prints how many numbers an answer has, and how many answers a series (0 where each step has one); then of
   each answer whether there is one, the number of its label, and its numbers. */

#include "network.h"

#include <stdio.h>
#include <stdlib.h>

static double number(void)
{
    double v;
    if (scanf("%lf", &v) != 1)
        exit(3);
    return v;
}

static void print(int answered, int label)
{
    printf("\n%d %d", answered, label);
}

#if defined(NETWORK_SYMBOLS)

enum { WIDTH = NETWORK_SYMBOLS, COUNT = 0 };

static void ask(size_t steps)
{
    static network_state state;
    float probabilities[NETWORK_SYMBOLS];
    network_reset(&state);
    while (steps--) {
        network_read(&state, (int)number(), probabilities);
        print(1, -1);
        for (int k = 0; k < NETWORK_SYMBOLS; k++)
            printf(" %.9g", (double)probabilities[k]);
    }
}

#elif defined(NETWORK_HORIZON)

enum { WIDTH = NETWORK_QUANTILES, COUNT = NETWORK_HORIZON };

static double *numbers(size_t count)
{
    double *found = malloc((count + 1) * sizeof *found);
    for (size_t k = 0; k < count; k++)
        found[k] = number();
    return found;
}

static void ask(size_t steps)
{
    static network_scratch scratch;
    double *values = numbers(steps), *known = numbers(steps * NETWORK_KNOWN);
    double *known_ahead = numbers(NETWORK_HORIZON * NETWORK_KNOWN);
    const network_series series = {values, steps, known, known_ahead};
    network_forecast forecast;
    network_predict(&series, &scratch, &forecast);
    for (int h = 0; h < NETWORK_HORIZON; h++) {
        print(forecast.answered, -1);
        for (int q = 0; q < NETWORK_QUANTILES; q++)
            printf(" %.17g", forecast.quantiles[h][q]);
    }
    free(values);
    free(known);
    free(known_ahead);
}

#else

#if defined(EVERY)
enum { WIDTH = NETWORK_ANSWERS, COUNT = 0 };
#else
enum { WIDTH = NETWORK_ANSWERS, COUNT = 1 };
#endif

static void ask(size_t steps)
{
    const size_t count = COUNT == 0 ? steps : 1;
    network_value *x = malloc((steps * NETWORK_CHANNELS + 1) * sizeof *x);
    network_answer *answers = malloc((count + 1) * sizeof *answers);
    float *scratch = malloc(NETWORK_SCRATCH(steps) * sizeof *scratch);
    for (size_t k = 0; k < steps * NETWORK_CHANNELS; k++)
        x[k] = (network_value)number();
    network_predict(x, steps, scratch, answers);
    for (size_t k = 0; k < count; k++) {
#if defined(LABELS)
        print(answers[k].answered, answers[k].label);
#else
        print(answers[k].answered, -1);
#endif
        for (int c = 0; c < NETWORK_ANSWERS; c++)
            printf(" %.17g", (double)answers[k].answers[c]);
    }
    free(x);
    free(answers);
    free(scratch);
}

#endif

int main(void)
{
    unsigned long steps;
    printf("%d %d", WIDTH, COUNT);
    while (scanf("%lu", &steps) == 1)
        ask(steps);
    printf("\n");
    return 0;
}
