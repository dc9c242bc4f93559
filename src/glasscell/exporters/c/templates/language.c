/* @title@: see @name@.h. */

#include "@name@.h"

#include <math.h>
#include <string.h>

/* H units of a layer; matrices by rows. Blocks of gates in the order i, f, z, o. */

@layer.c@

/* Learned weights. */

@data@

/* Functions of the network. */

@functions.c@

@cell.c@

int glass_symbol(uint32_t code_point)
{
    int low = GLASS_OTHER + 1, high = GLASS_SYMBOLS;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (glass_code_points[middle] < code_point)
            low = middle + 1;
        else
            high = middle;
    }
    return low < GLASS_SYMBOLS && glass_code_points[low] == code_point ? low : GLASS_OTHER;
}

void glass_reset(glass_state *state) { memset(state, 0, sizeof *state); }

void glass_read(glass_state *state, int symbol, float *probabilities)
{
    const float *x;
    float *h = state->state;
    if (symbol < 0 || symbol >= GLASS_SYMBOLS)
        symbol = GLASS_OTHER;
    x = EMBEDDING + (size_t)symbol * @embedding@;
    for (int l = 0; l < LAYER_COUNT; l++) {
        advance(&LAYERS[l], x, h, state->a);
        x = h;
        h += @parts@ * LAYERS[l].units;
    }
    if (probabilities == NULL)
        return;
    memcpy(probabilities, READ_OUT_BIAS, sizeof READ_OUT_BIAS);
    add_product(probabilities, GLASS_SYMBOLS, x, @width@, READ_OUT_KERNEL, GLASS_SYMBOLS);
    softmax(probabilities, GLASS_SYMBOLS);
}
