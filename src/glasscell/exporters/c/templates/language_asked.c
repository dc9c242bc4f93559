/* Prints the probabilities after each symbol of standard input; a negative number starts a text. */
#include "@name@.h"

#include <stdio.h>

int main(void)
{
    static glass_state state;
    static float probabilities[GLASS_SYMBOLS];
    int symbol;
    while (scanf("%d", &symbol) == 1) {
        if (symbol < 0) {
            glass_reset(&state);
            continue;
        }
        glass_read(&state, symbol, probabilities);
        for (int k = 0; k < GLASS_SYMBOLS; k++)
            printf("%.9g ", (double)probabilities[k]);
    }
    return 0;
}
