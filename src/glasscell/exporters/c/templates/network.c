/* @title@: see @name@.h. */

#include "@name@.h"

#include <math.h>
#include <string.h>

#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#error "compile without -ffast-math: missing values are NaN"
#endif

/* D channels, H units of a layer, C outputs; matrices by rows. Blocks of gates in the order i, f, z, o. */

@layer.c@

/* Learned weights. */

@names@
@data@

/* Functions of the network. */

@functions.c@

#if MARKS
static int is_marked(glass_value value)
{
    for (size_t k = 0; k < sizeof MARKS / sizeof *MARKS; k++)
        if (value == MARKS[k])
            return 1;
    return 0;
}

#endif
@cell.c@

#if SCALING
/* Standardizes a step; returns whether it has a value. A missing value becomes the mean. */
static int scale(float *x)
{
    int has_value = 0;
    for (int d = 0; d < GLASS_CHANNELS; d++) {
        has_value |= !isnan(x[d]);
        x[d] = isnan(x[d]) ? 0.0f : (x[d] - MEAN[d]) / DEVIATION[d];
    }
    return has_value;
}

#endif
/* Returns 0 for a missing value, 1 for a valid one, and 2 for an invalid one. */
static int judge(float value, int channel)
{
#if SCALING
    return isnan(value) ? 0 : fabsf(value) > LARGEST[channel] ? 2 : 1;
#else
    return isnan(value) || fabsf(value) > LARGEST[channel] ? 2 : 1; /* no value may be missing */
#endif
}

static void answer_nothing(glass_answer *answer)
{
    for (int k = 0; k < GLASS_ANSWERS; k++)
        answer->answers[k] = NAN;
#if LABELS
    answer->label = -1;
#endif
    answer->answered = 0;
}

static void read_out(const float *features, glass_answer *answer)
{
#if FAR
    float y[GLASS_ANSWERS]; /* before rescaling to the targets */
#else
    float *y = answer->answers;
#endif
    memcpy(y, READ_OUT_BIAS, sizeof READ_OUT_BIAS);
    add_product(y, GLASS_ANSWERS, features, @features@, READ_OUT_KERNEL, GLASS_ANSWERS);
#if READ_OUT_ACTIVATION
    for (int k = 0; k < GLASS_ANSWERS; k++)
        y[k] = PHI_READ_OUT(y[k]);
#endif
#if SOFTMAX
    softmax(y, GLASS_ANSWERS);
#endif
#if RESCALING
    for (int k = 0; k < GLASS_ANSWERS; k++)
#if FAR
        answer->answers[k] = (double)y[k] * ANSWER_SCALE[k] + ANSWER_OFFSET[k];
#else
        y[k] = y[k] * ANSWER_SCALE[k] + ANSWER_OFFSET[k];
#endif
#endif
#if LABELS
    answer->label = 0;
#endif
    answer->answered = 1;
    for (int k = 0; k < GLASS_ANSWERS; k++) {
        if (!isfinite(answer->answers[k])) {
            answer_nothing(answer);
            return;
        }
#if LABELS
        if (y[k] > y[answer->label])
            answer->label = k;
#endif
    }
}

#if EVERY
static void answer_no_step(glass_answer *answers, size_t steps)
{
    for (size_t t = 0; t < steps; t++)
        answer_nothing(&answers[t]);
}
#else
static void answer_without_a_value(glass_answer *answer)
{
    answer_nothing(answer);
    memcpy(answer->answers, PRIOR, sizeof PRIOR);
}
#endif

#if ONE_WAY
@one_way.c@
#else
@both_ways.c@
#endif
