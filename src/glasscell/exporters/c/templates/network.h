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
#define GLASS_STRIDE @stride@ /* steps that are averaged into one */
#endif
#if FIXED
#define GLASS_STEPS @steps@ /* of every series; any other number gives no prediction */
#endif

#if OFFSETS
typedef double glass_value; /* because the offsets of the channels are large compared with their variation */
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
    /* index of the most probable label in glass_labels; -1 without a prediction */
    int label;
#else
#if FAR
    /* each of glass_targets, in its unit; double, because they are far from zero compared with their variation */
    double answers[GLASS_ANSWERS];
#else
    /* each of glass_targets, in its unit */
    float answers[GLASS_ANSWERS];
#endif
#endif
#if EVERY
    /* 0 if there is no prediction, and answers holds NaN: a value of the series is infinite or too large, or the result is
       not finite. */
#else
    /* 0 if there is no prediction. For a series without any value, answers then holds @prior_is@.
       It holds NaN if a value is infinite or too large@or_missing@, or the result is not finite. */
#endif
    int answered;
} glass_answer;

#if ONE_WAY
/* The state after the steps so far: h and c of each layer (and i, f, o with full gate recurrence). */
typedef struct {
    float state[@state@];
#if MEAN
    float total[@width@]; /* the last layer's h, summed over the steps */
    float steps;
#endif
} glass_memory;

/* The state of a stream. All members are float, so that GLASS_SCRATCH can count them. */
typedef struct {
    glass_memory now;
#if STRIDE
    glass_memory before;
    /* of the current stride: sum and number of the values of each channel, and the number of steps */
    float sum[GLASS_CHANNELS];
    float count[GLASS_CHANNELS];
    float steps;
#endif
    float x[GLASS_CHANNELS];
    float a[@sums@];
    float features[@features@];
    float has_value; /* 1 from the first value on; 2 from the first invalid one on */
} glass_state;

#define GLASS_SCRATCH(steps) (sizeof(glass_state) / sizeof(float))
#else
#define GLASS_JOINED(steps) (((size_t)(steps) + @stride@ - 1) / @stride@)
#define GLASS_SCRATCH(steps) (@fixed@ + GLASS_JOINED(steps) * @per_step@)
#endif

#if EVERY
/* Predicts each step of a series: x has a row of GLASS_CHANNELS per step, and answers has one element per step.
   scratch is a buffer of GLASS_SCRATCH(steps) floats, which need not be cleared. */
void glass_predict(const glass_value *x, size_t steps, float *scratch, glass_answer *answers);
#else
/* Predicts a whole series: x has a row of GLASS_CHANNELS per step.
   scratch is a buffer of GLASS_SCRATCH(steps) floats, which need not be cleared. */
void glass_predict(const glass_value *x, size_t steps, float *scratch, glass_answer *answer);
#endif
#if ONE_WAY

/* Starts a series. */
void glass_reset(glass_state *state);

#if EVERY
/* Reads the next step, x[GLASS_CHANNELS]; answer, which may be NULL, receives the prediction for it. */
#else
/* Reads the next step, x[GLASS_CHANNELS]; answer, which may be NULL, receives the prediction so far. */
#endif
void glass_step(glass_state *state, const glass_value *x, glass_answer *answer);
#endif

#ifdef __cplusplus
}
#endif

#endif
