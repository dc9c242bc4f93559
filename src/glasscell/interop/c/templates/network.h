/*
@about@
*/

#ifndef GLASS_H
#define GLASS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GLASS_CHANNELS @channels@
#define GLASS_ANSWERS @answers@
#if STRIDE
#define GLASS_STRIDE @stride@ /* steps that are joined into one, their mean */
#endif
#if FIXED
#define GLASS_STEPS @steps@ /* of every series; another number of them has no answer */
#endif

#if OFFSETS
typedef double glass_value; /* for what is subtracted from the channels is large beside how they move */
#else
typedef float glass_value;
#endif

extern const char *const glass_channels[GLASS_CHANNELS];
#if LABELS
extern const char *const glass_labels[GLASS_ANSWERS];
#else
extern const char *const glass_targets[GLASS_ANSWERS];
#endif

typedef struct {
#if LABELS
    /* the probability of each label */
    float answers[GLASS_ANSWERS];
    /* the most probable, its index in glass_labels; -1 where nothing is answered */
    int label;
#else
#if FAR
    /* each of glass_targets, in its unit; double, for they lie far from zero beside how they differ */
    double answers[GLASS_ANSWERS];
#else
    /* each of glass_targets, in its unit */
    float answers[GLASS_ANSWERS];
#endif
#endif
#if EVERY
    /* 0 where there is no prediction, and answers is NaN: where a value of the series is infinite or too large, or the
       result is not finite. */
#else
    /* 0 where there is no prediction. To a series without a single value answers is then @prior_is@; it is NaN
       where a value is infinite or too large@or_missing@, or the result is not finite. */
#endif
    int answered;
} glass_answer;

#if ONE_WAY
/* What is remembered of the steps so far: h and c (and i, f, o of a cell whose gates see them) of each layer. */
typedef struct {
    float state[@state@];
#if MEAN
    float total[@width@]; /* the last layer's h, summed over the steps */
    float steps;
#endif
} glass_memory;

/* A series that is being read. Nothing but float, so that GLASS_SCRATCH can say how many. */
typedef struct {
    glass_memory now;
#if STRIDE
    glass_memory before;
    /* of the stride that has begun: of each channel, the sum of its values and their number; and the steps */
    float sum[GLASS_CHANNELS];
    float count[GLASS_CHANNELS];
    float steps;
#endif
    float x[GLASS_CHANNELS];
    float a[@sums@];
    float features[@features@];
    float has_value; /* 1 since the first value; 2 since one that cannot be read */
} glass_state;

#define GLASS_SCRATCH(steps) (sizeof(glass_state) / sizeof(float))
#else
#define GLASS_JOINED(steps) (((size_t)(steps) + @stride@ - 1) / @stride@)
#define GLASS_SCRATCH(steps) (@fixed@ + GLASS_JOINED(steps) * @per_step@)
#endif

#if EVERY
/* Answers each step of a series: x has a row of GLASS_CHANNELS for each step, and answers has room for as many;
   scratch has room for GLASS_SCRATCH(steps) float, and need not be cleared. */
void glass_predict(const glass_value *x, size_t steps, float *scratch, glass_answer *answers);
#else
/* Answers a whole series: x has a row of GLASS_CHANNELS for each step;
   scratch has room for GLASS_SCRATCH(steps) float, and need not be cleared. */
void glass_predict(const glass_value *x, size_t steps, float *scratch, glass_answer *answer);
#endif
#if ONE_WAY

/* Begins a series. */
void glass_reset(glass_state *state);

#if EVERY
/* Reads its next step, x[GLASS_CHANNELS]; answer, which may be NULL, is that to this step. */
#else
/* Reads its next step, x[GLASS_CHANNELS]; answer, which may be NULL, is that to the steps so far. */
#endif
void glass_step(glass_state *state, const glass_value *x, glass_answer *answer);
#endif

#ifdef __cplusplus
}
#endif

#endif
