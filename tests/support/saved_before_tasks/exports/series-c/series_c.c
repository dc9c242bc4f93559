/* series-c: see series_c.h. */

#include "series_c.h"

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
    int backwards;
    int column;   /* where its h stand beside that of the other direction */
    int is_first; /* of its directions */
    int is_top;   /* whether its h is read out */
} layer;

/* What was learnt. */

const char *const series_c_channels[] = {
    "u",
    "v",
};

const char *const series_c_labels[] = {
    "down",
    "up",
};

static const float MEAN[2] = {
    -0.0304402709f, -0.00122789177f,
};

static const float DEVIATION[2] = {
    0.624266624f, 0.107232869f,
};

static const float LAYER_1_KERNEL[24] = {
    0.308286309f, 0.569231033f, 0.0727742389f, -0.380350709f, 0.520842135f, 0.0577447042f, -0.623869121f, -0.0403763652f,
    0.252533287f, 0.0363329425f, -0.441350669f, -0.229010046f, -0.465032339f, -0.48620525f, -0.356483459f, -0.295485228f,
    0.329287171f, 0.492019266f, -0.429647177f, -0.308771491f, -0.060045395f, 0.136801794f, 0.341026515f, -0.439500391f,
};

static const float LAYER_1_RECURRENT_KERNEL[36] = {
    -0.385962963f, -0.366050094f, -0.0893277228f, 0.387906134f, 0.21612978f, 0.0307220388f, 0.145814165f, 0.0296765268f,
    -0.187062293f, -0.567073047f, 0.34301737f, -0.151990265f, 0.169662535f, 0.174322754f, 0.253880441f, 0.156841442f,
    0.0826052427f, -0.165727794f, 0.474877954f, -0.537714422f, 0.473792911f, -0.23554714f, -0.0792184249f, -0.0616318956f,
    -0.54613924f, -0.377088457f, 0.439063966f, -0.0476112962f, 0.146638945f, -0.0324149691f, -0.289595485f, -0.287476808f,
    0.195125312f, 0.371544987f, -0.12301074f, -0.0649815276f,
};

static const float LAYER_1_BIAS[12] = {
    -1.74980664f, 0.00892177038f, -0.0142261768f, 1.76417053f, 1.01396191f, 0.985733986f, -0.00204502f, 0.00911581423f,
    0.0123219471f, 0.0101569118f, 0.0107977763f, -0.0141533986f,
};

static const float LAYER_1_BACKWARDS_KERNEL[24] = {
    -0.504512906f, 0.21077013f, -0.0143284919f, -0.231584281f, 0.155004859f, -0.585653186f, -0.387876987f, -0.578064322f,
    0.12269228f, 0.351131618f, -0.504867733f, 0.274578303f, -0.279833883f, -0.44124648f, 0.116445221f, 0.484627992f,
    -0.082296595f, 0.463779151f, 0.0299069043f, 0.0679245293f, -0.42347613f, 0.34403041f, 0.357524157f, 0.535603762f,
};

static const float LAYER_1_BACKWARDS_RECURRENT_KERNEL[36] = {
    0.200844705f, 0.275860041f, 0.218088567f, -0.137697965f, 0.136773467f, 0.167989805f, -0.0786465034f, -0.309652746f,
    0.360637039f, -0.0461262912f, 0.651244462f, -0.321517497f, -0.666725814f, -0.0107603427f, -0.292084992f, -0.272669524f,
    0.271571547f, 0.0827350467f, -0.170410544f, -0.0113158831f, 0.170987383f, 0.0267936364f, -0.171986908f, -0.51683563f,
    -0.143039569f, -0.424926072f, 0.0129977195f, -0.13997443f, -0.521227777f, -0.273248136f, 0.13622196f, 0.0373140797f,
    0.157325536f, -0.511246681f, 0.232794255f, -0.170248032f,
};

static const float LAYER_1_BACKWARDS_BIAS[12] = {
    -1.87905324f, -0.0147926193f, 0.00737541541f, 1.85004616f, 0.984918058f, 0.988405108f, -0.0106046461f, -0.0111076729f,
    0.0131728547f, -0.014073954f, -0.01501913f, 0.0062371064f,
};

static const layer LAYERS[] = {
    {2, 3, LAYER_1_KERNEL, LAYER_1_RECURRENT_KERNEL, LAYER_1_BIAS, 0, 0, 1, 1},
    {2, 3, LAYER_1_BACKWARDS_KERNEL, LAYER_1_BACKWARDS_RECURRENT_KERNEL, LAYER_1_BACKWARDS_BIAS, 1, 3, 0, 1},
};

enum { LAYER_COUNT = 2, ROW = 2 };

static const float READ_OUT_KERNEL[24] = {
    0.274213672f, 0.446135581f, 0.486666799f, -0.10892953f, 0.62339735f, -0.309666246f, 0.019389512f, 0.241358012f,
    -0.498611748f, 0.191027075f, 0.524436533f, -0.652891874f, 0.306671917f, -0.570766747f, 0.355463237f, -0.371128529f,
    -0.0853869319f, -0.0185041446f, -0.594351649f, -0.321507335f, -0.488256216f, -0.144120082f, -0.460599184f, 0.577705801f,
};

static const float READ_OUT_BIAS[2] = {
    0.010001922f, -0.010001922f,
};

static const float PRIOR[2] = {
    0.583333313f, 0.416666657f,
};

/* What the network is made of. */

static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

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

/* One step of one layer: from x and the state h, c to the next state. a has room for the sums of all gates. */
static void advance(const layer *l, const float *x, float *state, float *a)
{
    const int H = l->units;
    float *h = state, *c = h + H;

    /* a = x * kernel + h * recurrent_kernel + bias */
    memcpy(a, l->bias, 4 * (size_t)H * sizeof *a);
    add_product(a, 4 * H, x, l->inputs, l->kernel, 4 * H);
    add_product(a, 4 * H, h, H, l->recurrent_kernel, 4 * H);

    for (int k = 0; k < H; k++) {
        const float i = sigmoid(a[k]);
        const float f = sigmoid(a[H + k]);
        const float z = tanhf(a[2 * H + k]);
        c[k] = f * c[k] + i * z;
        const float o = sigmoid(a[3 * H + k]);
        h[k] = o * tanhf(c[k]);
    }
}

/* Brings a step to mean 0 and deviation 1 and returns whether it has a value; one that is missing counts as the mean. */
static int scale(float *x)
{
    int has_value = 0;
    for (int d = 0; d < SERIES_C_CHANNELS; d++) {
        has_value |= !isnan(x[d]);
        x[d] = isnan(x[d]) ? 0.0f : (x[d] - MEAN[d]) / DEVIATION[d];
    }
    return has_value;
}

static void read_out(const float *features, series_c_answer *answer)
{
    float *y = answer->answers;
    memcpy(y, READ_OUT_BIAS, sizeof READ_OUT_BIAS);
    add_product(y, SERIES_C_ANSWERS, features, 12, READ_OUT_KERNEL, SERIES_C_ANSWERS);
    float most = y[0], sum = 0.0f;
    for (int k = 1; k < SERIES_C_ANSWERS; k++)
        most = y[k] > most ? y[k] : most;
    for (int k = 0; k < SERIES_C_ANSWERS; k++)
        sum += y[k] = expf(y[k] - most);
    for (int k = 0; k < SERIES_C_ANSWERS; k++)
        y[k] /= sum;
    answer->label = 0;
    for (int k = 1; k < SERIES_C_ANSWERS; k++)
        if (y[k] > y[answer->label])
            answer->label = k;
    answer->answered = 1;
}

static void answer_without_a_value(series_c_answer *answer)
{
    memcpy(answer->answers, PRIOR, sizeof PRIOR);
    answer->label = -1;
    answer->answered = 0;
}

/* Puts a step into row, and returns whether there was a value. */
static int take(const series_c_value *x, size_t steps, float *row)
{
    int has_value = 0;
    for (int d = 0; d < SERIES_C_CHANNELS; d++) {
        float sum = 0.0f, count = 0.0f;
        for (size_t t = 0; t < steps; t++) {
            const float value = x[t * SERIES_C_CHANNELS + (size_t)d];
            if (isnan(value))
                continue;
            sum += value;
            count += 1.0f;
        }
        row[d] = count > 0.0f ? sum / count : NAN;
        has_value |= count > 0.0f;
    }
    return has_value;
}

void series_c_predict(const series_c_value *x, size_t steps, float *scratch, series_c_answer *answer)
{
    const size_t joined = SERIES_C_JOINED(steps);
    float *a = scratch, *state = a + 12, *features = state + 6;
    float *is_real = features + 12, *in = is_real + joined, *out = in + joined * ROW;
    float *mean = features + 6;
    int has_value = 0;
    for (size_t t = 0; t < joined; t++) {
        const size_t left = steps - t * 1;
        has_value |= take(x + t * 1 * SERIES_C_CHANNELS, left < 1 ? left : 1, in + t * ROW);
        is_real[t] = (float)scale(in + t * ROW);
    }
    if (!has_value) {
        answer_without_a_value(answer);
        return;
    }
    memset(features, 0, 12 * sizeof *features);
    for (int n = 0; n < LAYER_COUNT; n++) {
        const layer *l = &LAYERS[n];
        const size_t H = (size_t)l->units;
        if (l->is_first && n > 0) { /* reads what both directions of the layer below have written */
            float *written = out;
            out = in;
            in = written;
        }
        memset(state, 0, 6 * sizeof *state);
        for (size_t read = 0; read < joined; read++) {
            const size_t t = l->backwards ? joined - 1 - read : read;
            if (is_real[t] == 0.0f)
                continue;
            advance(l, in + t * ROW, state, a);
            if (!l->is_top)
                memcpy(out + t * ROW + l->column, state, H * sizeof *state);
            for (size_t k = 0; l->is_top && k < H; k++)
                mean[(size_t)l->column + k] += state[k];
        }
        if (l->is_top)
            memcpy(features + l->column, state, H * sizeof *state);
    }
    float count = 0.0f;
    for (size_t t = 0; t < joined; t++)
        count += is_real[t];
    for (int k = 0; k < 6; k++)
        mean[k] /= count;
    read_out(features, answer);
}
