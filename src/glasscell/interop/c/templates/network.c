/* @title@: see @name@.h. */

#include "@name@.h"

#include <math.h>
#include <string.h>

#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#error "compile without -ffast-math: what was not measured is NaN"
#endif

/* D channels, H units of a layer, C answers; matrices by rows. Blocks of gates in the order i, f, z, o. */

typedef struct {
    int inputs, units;
    const float *kernel;           /* (inputs, 4 H) */
    const float *recurrent_kernel; /* (H, 4 H) */
    const float *bias;             /* (4 H) */
#if PEEPHOLES
    const float *peephole_kernel; /* (3, H): i, f, o */
#endif
#if GATE_RECURRENCE
    const float *gate_kernel; /* (3 H, 3 H): from i, f, o of the last step to those of this one */
#endif
#if !ONE_WAY
    int backwards;
    int column;   /* where its h stand beside that of the other direction */
    int is_first; /* of its directions */
    int is_top;   /* whether its h is read out */
#endif
} layer;

/* What was learnt. */

@names@
@data@

/* What the network is made of. */

#if SIGMOID
static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

#endif
#if HARD_SIGMOID
static float hard_sigmoid(float x) { return x < -3.0f ? 0.0f : x > 3.0f ? 1.0f : x / 6.0f + 0.5f; }

#endif
#if RELU
static float relu(float x) { return x < 0.0f ? 0.0f : x; }

#endif
#if SOFTSIGN
static float softsign(float x) { return x / (1.0f + fabsf(x)); }

#endif
/* sum (n) += x (rows) * matrix (rows, n), of which a row begins `width` after the last. */
static void add_product(float *restrict sum, int n, const float *restrict x, int rows, const float *restrict matrix,
                        int width)
{
    for (int r = 0; r < rows; r++) {
        const float factor = x[r];
        const float *restrict row = matrix + (size_t)r * (size_t)width;
        for (int k = 0; k < n; k++)
            sum[k] += factor * row[k];
    }
}

#if MARKS
static int is_marked(glass_value value)
{
    for (size_t k = 0; k < sizeof MARKS / sizeof *MARKS; k++)
        if (value == MARKS[k])
            return 1;
    return 0;
}

#endif
@cell@
#if SCALING
/* Brings a step to mean 0 and deviation 1 and returns whether it has a value; one that is missing counts as the mean. */
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
static void read_out(const float *features, glass_answer *answer)
{
#if FAR
    float y[GLASS_ANSWERS]; /* before they are moved to where targets lie */
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
    float most = y[0], sum = 0.0f;
    for (int k = 1; k < GLASS_ANSWERS; k++)
        most = y[k] > most ? y[k] : most;
    for (int k = 0; k < GLASS_ANSWERS; k++)
        sum += y[k] = expf(y[k] - most);
    for (int k = 0; k < GLASS_ANSWERS; k++)
        y[k] /= sum;
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
    for (int k = 1; k < GLASS_ANSWERS; k++)
        if (y[k] > y[answer->label])
            answer->label = k;
#endif
    answer->answered = 1;
}

static void answer_without_a_value(glass_answer *answer)
{
    memcpy(answer->answers, PRIOR, sizeof PRIOR);
#if LABELS
    answer->label = -1;
#endif
    answer->answered = 0;
}

@reading@
