/*
@about@
*/

#ifndef GLASS_H
#define GLASS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GLASS_SYMBOLS @symbols@ /* of the alphabet */
#define GLASS_BOUNDARY 0 /* the symbol before a text, and between two */
#define GLASS_OTHER 1 /* the symbol of whatever is not in the alphabet */

/* What each symbol stands for, sorted; of the first two nothing: they have 0 and the replacement character there. */
extern const uint32_t glass_code_points[GLASS_SYMBOLS];

/* A text that is being read: h and c (and i, f, o of a cell whose gates see them) of each layer, and room to work in. */
typedef struct {
    float state[@state@];
    float a[@sums@];
} glass_state;

/* Begins a text; GLASS_BOUNDARY is to be read first. */
void glass_reset(glass_state *state);

/* Reads a symbol; probabilities[GLASS_SYMBOLS], which may be NULL, are those of the next. */
void glass_read(glass_state *state, int symbol, float *probabilities);

/* Returns the symbol of @a_code_point@. */
int glass_symbol(uint32_t code_point);

#ifdef __cplusplus
}
#endif

#endif
