/* language-c: see language_c.h. */

#include "language_c.h"

#include <math.h>
#include <string.h>

/* H units of a layer; matrices by rows. Blocks of gates in the order i, f, z, o. */

typedef struct {
    int inputs, units;
    const float *kernel;           /* (inputs, 4 H) */
    const float *recurrent_kernel; /* (H, 4 H) */
    const float *bias;             /* (4 H) */
} layer;

/* What was learnt. */

const uint32_t language_c_code_points[27] = {
    0x0u, 0xfffdu, 0xau, 0x20u, 0x28u, 0x29u, 0x2cu, 0x2eu,
    0x3bu, 0x61u, 0x62u, 0x63u, 0x64u, 0x65u, 0x68u, 0x69u,
    0x6bu, 0x6cu, 0x6du, 0x6eu, 0x6fu, 0x70u, 0x72u, 0x73u,
    0x74u, 0x77u, 0x79u,
};

static const float EMBEDDING[81] = {
    -0.57750541f, -0.547463596f, -1.27901793f, -0.391184241f, 0.705169499f, 0.0267631747f, 0.192358136f, 0.133692712f,
    -0.733291507f, 0.10937845f, -1.59251261f, 0.504560411f, 1.42177796f, 0.813256145f, 0.597745597f, -1.02379394f,
    -1.26947927f, 1.65499079f, -0.394209772f, 1.74391377f, -0.0675565153f, -0.912867486f, -0.5001387f, 1.46572816f,
    -0.209813416f, -0.488602102f, 1.12503266f, -1.02210629f, -1.82538521f, -0.484164387f, -0.747182786f, 0.309053153f,
    0.264642566f, -0.202366859f, 2.00428796f, -0.0106393499f, 0.785214901f, -0.556313992f, 0.794956625f, -1.69117856f,
    0.792414546f, 0.0816697106f, -0.443117142f, 1.92432141f, 1.18487191f, 1.27365732f, 2.85941291f, -1.95799839f,
    -0.262597412f, -0.14121218f, 1.6209929f, 1.53374243f, -2.17086196f, 0.855052173f, 0.309631497f, 1.32097983f,
    -1.22757232f, -0.236050814f, -2.4727633f, -1.58679652f, 0.157628074f, -1.55505896f, 0.6983881f, -1.79927337f,
    0.105700463f, 0.669379354f, 0.428081423f, -0.135880455f, 0.00526375556f, -0.751257718f, 0.0972207189f, -1.92029893f,
    -0.728867829f, 0.23957324f, 0.473209172f, 0.471999556f, 2.03529859f, -0.0206259377f, -0.608652771f, 0.281741112f,
    -0.743872941f,
};

static const float LAYER_1_KERNEL[48] = {
    -0.483716369f, -0.114203759f, -0.0547275282f, -0.107945196f, -0.150030166f, -0.578881741f, 0.401042938f, -0.46143657f,
    -0.11622452f, 0.718734741f, 0.134028628f, -0.0796151459f, -0.5600757f, -0.284835249f, 0.649567366f, 0.0271468703f,
    0.231951877f, -0.245891288f, 0.481605142f, -0.183875829f, 0.169295445f, -0.45157814f, -0.237922773f, -0.00840461161f,
    0.126731873f, 0.208540216f, 0.973280907f, 0.349118441f, 1.20186925f, 0.284436166f, 0.389279634f, 0.490096033f,
    0.376669556f, 0.0740739703f, 0.069704771f, 0.650324762f, 0.0504770428f, 0.498897225f, 0.651890814f, -0.392830461f,
    0.06543044f, -0.193867281f, -0.471559495f, 0.410400808f, 0.307140201f, 0.0590556301f, -0.305399001f, -0.211893275f,
};

static const float LAYER_1_RECURRENT_KERNEL[64] = {
    0.15962036f, 0.684738457f, 0.164924115f, 0.221234992f, 0.319094956f, -0.0214224495f, -0.580322504f, 0.657420814f,
    0.152022079f, -0.0556180328f, 0.166069701f, 0.190843031f, 0.332954228f, 0.594286084f, -0.207872391f, 0.153377831f,
    0.0718114674f, -0.219437391f, -1.09223509f, -0.26230371f, -0.160818696f, 0.340095282f, 0.604750037f, -0.118816681f,
    -0.239498094f, 0.0917752609f, -0.333888024f, -0.407895386f, -0.250403941f, 0.0110875294f, -0.676035583f, -0.334254265f,
    -0.313594073f, 0.794008791f, 0.367083639f, -0.32336852f, -0.0469894186f, 0.0766702965f, -0.0512044132f, -0.215429023f,
    0.0303010121f, -0.349166155f, -0.493808389f, 0.29352957f, -0.198044032f, 0.24566637f, -0.559445858f, 0.473337293f,
    0.252508014f, 0.517459631f, 0.565626442f, 0.166879132f, 1.06999493f, 0.153073564f, -1.00510073f, 0.372673512f,
    0.11885123f, -0.372009426f, -0.254039735f, 0.154118106f, 0.516989231f, 0.602007449f, 0.669282556f, 0.57503736f,
};

static const float LAYER_1_BIAS[16] = {
    0.177190185f, 0.579063714f, 0.59486115f, 0.230760366f, 1.25821626f, 1.14282f, 0.614778221f, 1.2423749f,
    0.271634698f, -0.345015824f, 0.0321813375f, 0.270184487f, 0.0713957176f, 0.484583497f, 0.60033679f, 0.346284956f,
};

static const layer LAYERS[] = {
    {3, 4, LAYER_1_KERNEL, LAYER_1_RECURRENT_KERNEL, LAYER_1_BIAS},
};

enum { LAYER_COUNT = 1 };

static const float READ_OUT_KERNEL[108] = {
    -0.799895227f, -1.22565567f, 0.25277698f, 0.728778005f, -0.3765589f, -0.852662563f, -0.893066406f, -0.216651782f,
    -0.564778566f, 0.222354203f, -0.149005547f, -0.542337716f, 0.272419482f, 0.120147184f, 0.366278648f, 0.163193136f,
    -0.525039315f, -0.766606212f, -0.414768934f, 0.17861025f, -0.71768856f, 0.178305879f, 0.348711997f, -0.23560378f,
    0.290959477f, 0.241142318f, 0.353971869f, 1.10910094f, 1.14688063f, -0.18688713f, -0.588819921f, 0.36112985f,
    0.571432769f, -1.94620134e-05f, 0.300001115f, 0.181729287f, -0.601340234f, 0.35394904f, -0.166451886f, -0.00865962915f,
    -0.481072307f, -0.0688606575f, -0.511686206f, 0.136544302f, 0.20800066f, 0.301243901f, -0.157442331f, 0.167706683f,
    1.10279667f, 0.252609104f, -0.51472795f, 0.372216314f, -0.156378418f, 0.412445843f, 0.149171457f, 0.184914336f,
    -0.604722559f, -0.281006545f, -0.624999046f, -0.318725049f, -0.460559905f, 0.637995243f, -0.0796316341f, 0.748254418f,
    -0.504670978f, -0.482140929f, 0.301661432f, 0.543343663f, -0.262847424f, -0.71768111f, -0.181594804f, -0.625016928f,
    -0.711029768f, -0.65579474f, -0.485774964f, 0.706645072f, -0.374201983f, -0.494074613f, 0.357159108f, -0.406134307f,
    -0.278158516f, -0.828720808f, -1.01952767f, -0.0861748904f, 0.534199238f, -0.15978685f, -0.0345886014f, 0.0621252619f,
    0.321314663f, -0.571804464f, 0.245527059f, -0.177007586f, -0.207978591f, 0.0193934105f, 0.471557707f, 0.221604601f,
    -0.0715161785f, -0.0810283273f, -0.174926177f, -0.117127918f, 0.142849386f, -0.31126523f, -0.22360079f, -0.377277672f,
    -0.093960844f, 0.233829796f, -0.0237252917f, -0.00226151641f,
};

static const float READ_OUT_BIAS[27] = {
    -0.622168779f, -0.5519104f, -0.127429962f, 0.390382916f, -0.268210262f, -0.206156269f, -0.368469983f, 0.0364102498f,
    -0.461968541f, 0.201124087f, -0.0247342382f, -0.0750071332f, 0.233151585f, 0.323423475f, 0.121038146f, 0.0688488483f,
    -0.435367644f, -0.252721339f, -0.0431986786f, -0.0171378143f, -0.0830180869f, -0.368605912f, -0.317255229f, 0.031962011f,
    0.0560482442f, -0.193266243f, -0.173277572f,
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

int language_c_symbol(uint32_t code_point)
{
    int low = LANGUAGE_C_OTHER + 1, high = LANGUAGE_C_SYMBOLS;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (language_c_code_points[middle] < code_point)
            low = middle + 1;
        else
            high = middle;
    }
    return low < LANGUAGE_C_SYMBOLS && language_c_code_points[low] == code_point ? low : LANGUAGE_C_OTHER;
}

void language_c_reset(language_c_state *state) { memset(state, 0, sizeof *state); }

void language_c_read(language_c_state *state, int symbol, float *probabilities)
{
    const float *x;
    float *h = state->state, most, sum = 0.0f;
    if (symbol < 0 || symbol >= LANGUAGE_C_SYMBOLS)
        symbol = LANGUAGE_C_OTHER;
    x = EMBEDDING + (size_t)symbol * 3;
    for (int l = 0; l < LAYER_COUNT; l++) {
        advance(&LAYERS[l], x, h, state->a);
        x = h;
        h += 2 * LAYERS[l].units;
    }
    if (probabilities == NULL)
        return;
    memcpy(probabilities, READ_OUT_BIAS, sizeof READ_OUT_BIAS);
    add_product(probabilities, LANGUAGE_C_SYMBOLS, x, 4, READ_OUT_KERNEL, LANGUAGE_C_SYMBOLS);
    most = probabilities[0];
    for (int k = 1; k < LANGUAGE_C_SYMBOLS; k++)
        most = probabilities[k] > most ? probabilities[k] : most;
    for (int k = 0; k < LANGUAGE_C_SYMBOLS; k++)
        sum += probabilities[k] = expf(probabilities[k] - most);
    for (int k = 0; k < LANGUAGE_C_SYMBOLS; k++)
        probabilities[k] /= sum;
}
