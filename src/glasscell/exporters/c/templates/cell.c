/* One step of one layer: from x and the state h, c to the next state. a is a buffer for the sums of all gates. */
static void advance(const layer *l, const float *x, float *state, float *a)
{
    const int H = l->units;
    float *h = state, *c = h + H;
#if GATE_RECURRENCE
    float *ifo = c + H;
#endif
#if PEEPHOLES
#if INPUT_GATE
    const float *p_i = l->peephole_kernel;
#endif
#if FORGET_SUM
    const float *p_f = l->peephole_kernel + H;
#endif
#if OUTPUT_GATE
    const float *p_o = l->peephole_kernel + 2 * H;
#endif
#endif

    /* a = x * kernel + h * recurrent_kernel + bias */
    memcpy(a, l->bias, 4 * (size_t)H * sizeof *a);
    add_product(a, 4 * H, x, l->inputs, l->kernel, 4 * H);
    add_product(a, 4 * H, h, H, l->recurrent_kernel, 4 * H);
#if GATE_RECURRENCE
    add_product(a, 2 * H, ifo, 3 * H, l->gate_kernel, 3 * H);
    add_product(a + 3 * H, H, ifo, 3 * H, l->gate_kernel + 2 * H, 3 * H);
#endif

    for (int k = 0; k < H; k++) {
#if INPUT_GATE
#if PEEPHOLES
        const float i = SIGMA(a[k] + p_i[k] * c[k]);
#else
        const float i = SIGMA(a[k]);
#endif
#endif
#if COUPLED
        const float f = 1.0f - i;
#endif
#if FORGET_SUM
#if PEEPHOLES
        const float f = SIGMA(a[H + k] + p_f[k] * c[k]);
#else
        const float f = SIGMA(a[H + k]);
#endif
#endif
        const float z = PHI_IN(a[2 * H + k]);
#if !INPUT_GATE
        const float i = 1.0f; /* no input gate */
#endif
#if !FORGET_GATE
        const float f = 1.0f; /* no forget gate */
#endif
        c[k] = f * c[k] + i * z;
#if OUTPUT_GATE
#if PEEPHOLES
        const float o = SIGMA(a[3 * H + k] + p_o[k] * c[k]);
#else
        const float o = SIGMA(a[3 * H + k]);
#endif
#else
        const float o = 1.0f; /* no output gate */
#endif
        h[k] = o * PHI_OUT(c[k]);
#if GATE_RECURRENCE
        ifo[k] = i;
        ifo[H + k] = f;
        ifo[2 * H + k] = o;
#endif
    }
}
