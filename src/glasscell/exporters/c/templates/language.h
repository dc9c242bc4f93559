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
#define GLASS_BOUNDARY 0 /* the symbol before and between texts */
#define GLASS_OTHER 1 /* the symbol of anything outside the alphabet */

/* Code point of each symbol, sorted from the third on; the first two are 0 and the replacement character. */
extern const uint32_t glass_code_points[GLASS_SYMBOLS];

/* The state of a text: h and c of each layer (and i, f, o with full gate recurrence), and a buffer. */
typedef struct {
    float state[@state@];
    float a[@sums@];
} glass_state;

/* Starts a text; read GLASS_BOUNDARY first. */
void glass_reset(glass_state *state);

/* Reads a symbol; probabilities[GLASS_SYMBOLS], which may be NULL, receives those of the next symbol. */
void glass_read(glass_state *state, int symbol, float *probabilities);

/* Returns the symbol of @a_code_point@. */
int glass_symbol(uint32_t code_point);

#ifdef __cplusplus
}
#endif

#endif
