/*
   language-c: a language model, an LSTM of 4 units, as C99.
   Written by glasscell 0.1.0. It needs no library but the standard one, allocates nothing, and keeps nothing between
   calls but what is in a state.

   It reads a text character by character and says after each how likely every next one is. Of characters it knows 25;
   all others are one symbol together.

       #include "language_c.h"

       static language_c_state state;
       float probabilities[LANGUAGE_C_SYMBOLS];
       language_c_reset(&state);
       language_c_read(&state, LANGUAGE_C_BOUNDARY, probabilities);
       for (;;) language_c_read(&state, language_c_symbol(next_character()), probabilities);

   Compile with these, the second of which measures a text or writes one:

       cc -std=c99 -O3 -c language_c.c
       cc -std=c99 -O3 -o language_c language_c.c main.c -lm
*/

#ifndef LANGUAGE_C_H
#define LANGUAGE_C_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANGUAGE_C_SYMBOLS 27 /* of the alphabet */
#define LANGUAGE_C_BOUNDARY 0 /* the symbol before a text, and between two */
#define LANGUAGE_C_OTHER 1 /* the symbol of whatever is not in the alphabet */

/* What each symbol stands for, sorted; of the first two nothing: they have 0 and the replacement character there. */
extern const uint32_t language_c_code_points[LANGUAGE_C_SYMBOLS];

/* A text that is being read: h and c (and i, f, o of a cell whose gates see them) of each layer, and room to work in. */
typedef struct {
    float state[8];
    float a[16];
} language_c_state;

/* Begins a text; LANGUAGE_C_BOUNDARY is to be read first. */
void language_c_reset(language_c_state *state);

/* Reads a symbol; probabilities[LANGUAGE_C_SYMBOLS], which may be NULL, are those of the next. */
void language_c_read(language_c_state *state, int symbol, float *probabilities);

/* Returns the symbol of a character, given its code point (UTF-32). */
int language_c_symbol(uint32_t code_point);

#ifdef __cplusplus
}
#endif

#endif
