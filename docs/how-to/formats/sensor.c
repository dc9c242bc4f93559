#include <stdio.h>

#include "gestures.h"

extern int measure(float *x); /* fills x, NAN for a missing value; returns 0 after the last step */

int main(void)
{
    float x[GESTURES_CHANNELS];
    gestures_state state;
    gestures_answer answer;

    gestures_reset(&state);
    while (measure(x)) {
        gestures_step(&state, x, &answer);
        if (answer.answered)
            printf("%s %.2f\n", gestures_labels[answer.label], (double)answer.answers[answer.label]);
    }
    return 0;
}
