/*
   series-c: an LSTM of 3 units, which read in both directions, as C99.
   Written by glasscell 0.1.0. It needs no library but the standard one, allocates nothing, and keeps nothing between
   calls.

   It reads series of any number of steps, each of these channels as they were measured, NaN where nothing was:

       0  u
       1  v

   It answers the probability of each label:

       0  down
       1  up

   One call answers a whole series:

       #include "series_c.h"

       float x[100][SERIES_C_CHANNELS] = {{...}};
       float scratch[SERIES_C_SCRATCH(100)];
       series_c_answer answer;
       series_c_predict(x[0], 100, scratch, &answer);
       if (answer.answered) puts(series_c_labels[answer.label]);

   Compile with these, the second of which answers CSV (without -ffast-math, which has no NaN):

       cc -std=c99 -O3 -c series_c.c
       cc -std=c99 -O3 -o series_c series_c.c main.c -lm
*/

#ifndef SERIES_C_H
#define SERIES_C_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SERIES_C_CHANNELS 2
#define SERIES_C_ANSWERS 2

typedef float series_c_value;

extern const char *const series_c_channels[SERIES_C_CHANNELS];
extern const char *const series_c_labels[SERIES_C_ANSWERS];

typedef struct {
    /* the probability of each label */
    float answers[SERIES_C_ANSWERS];
    /* the most probable, its index in series_c_labels; -1 where nothing is answered */
    int label;
    /* 0 where there was not a single value: then answers is the shares of the labels in training */
    int answered;
} series_c_answer;

#define SERIES_C_JOINED(steps) (((size_t)(steps) + 1 - 1) / 1)
#define SERIES_C_SCRATCH(steps) (30 + SERIES_C_JOINED(steps) * 3)

/* Answers a whole series: x has a row of SERIES_C_CHANNELS for each step, NaN where nothing was measured;
   scratch has room for SERIES_C_SCRATCH(steps) float, and need not be cleared. */
void series_c_predict(const series_c_value *x, size_t steps, float *scratch, series_c_answer *answer);

#ifdef __cplusplus
}
#endif

#endif
