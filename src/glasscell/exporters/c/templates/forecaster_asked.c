/* Reads series as numbers; prints for each whether it has a forecast, and the quantiles. */

#include "@name@.h"

#include <stdio.h>
#include <stdlib.h>

static double *read_numbers(size_t count)
{
    double *numbers = malloc((count + 1) * sizeof *numbers);
    for (size_t k = 0; k < count; k++)
        if (scanf("%lf", &numbers[k]) != 1)
            exit(3);
    return numbers;
}

#if CYCLES
static int64_t *read_times(size_t count)
{
    double *numbers = read_numbers(count);
    int64_t *times = malloc((count + 1) * sizeof *times);
    for (size_t k = 0; k < count; k++)
        times[k] = (int64_t)numbers[k];
    free(numbers);
    return times;
}
#endif

int main(void)
{
    static glass_scratch scratch;
    unsigned long steps;
    while (scanf("%lu", &steps) == 1) {
        glass_forecast forecast;
        double *values = read_numbers(steps);
#if CYCLES
        int64_t *times = read_times(steps), *times_ahead = read_times(GLASS_HORIZON);
#endif
#if KNOWN
        double *known = read_numbers(steps * GLASS_KNOWN), *known_ahead = read_numbers(GLASS_HORIZON * GLASS_KNOWN);
#endif
#if PAST
        double *past = read_numbers(steps * GLASS_PAST);
#endif
#if STATIC
        double *fixed = read_numbers(GLASS_STATIC);
#endif
        const glass_series series = {values, steps,
#if CYCLES
                                     times, times_ahead,
#endif
#if KNOWN
                                     known, known_ahead,
#endif
#if PAST
                                     past,
#endif
#if STATIC
                                     fixed,
#endif
        };
        glass_predict(&series, &scratch, &forecast);
        printf("%d", forecast.answered);
        for (int h = 0; h < GLASS_HORIZON; h++)
            for (int q = 0; q < GLASS_QUANTILES; q++)
                printf(" %.17g", forecast.quantiles[h][q]);
        printf("\n");
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
#if STATIC
        free(fixed);
#endif
    }
    return 0;
}
