/* Reads series as numbers, each behind its steps; prints the answers of `predict`, and the last of a stream of `step`.

   Every array has room for just what the header says. */

#include "model.h"

#include <stdio.h>
#include <stdlib.h>

static void *room(size_t count, size_t size)
{
    void *found = malloc(count * size);
    if (found == NULL)
        exit(1);
    return found;
}

static void print_answer(const model_answer *answer)
{
    printf("%d", answer->answered);
    for (int k = 0; k < MODEL_ANSWERS; k++)
        printf(" %.17g", (double)answer->answers[k]);
    printf("\n");
}

int main(void)
{
    unsigned long steps;
    while (scanf("%lu", &steps) == 1) {
        const size_t numbers = steps * MODEL_CHANNELS, count = EVERY ? steps : 1;
        model_value *x = room(numbers, sizeof *x);
        float *scratch = room(MODEL_SCRATCH(steps), sizeof *scratch);
        model_answer *answers = room(count, sizeof *answers);
        for (size_t k = 0; k < numbers; k++) {
            double value;
            if (scanf("%lf", &value) != 1)
                return 1;
            x[k] = (model_value)value;
        }
        model_predict(x, steps, scratch, answers);
        for (size_t k = 0; k < count; k++)
            print_answer(&answers[k]);
#if STREAMS
        if (steps > 0) {
            model_state *state = room(1, sizeof *state);
            model_reset(state);
            for (size_t t = 0; t < steps; t++)
                model_step(state, x + t * MODEL_CHANNELS, t + 1 < steps ? NULL : answers);
            print_answer(answers);
            free(state);
        }
#endif
        free(x);
        free(scratch);
        free(answers);
    }
    return 0;
}
