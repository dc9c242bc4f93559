/* Puts @the_step@ into row; returns the largest result of judge() for its values. */
static int take(const glass_value *x, size_t steps, float *row)
{
    int judged = 0;
    for (int d = 0; d < GLASS_CHANNELS; d++) {
        float sum = 0.0f, count = 0.0f;
        for (size_t t = 0; t < steps; t++) {
#if OFFSETS
            float value = (float)(x[t * GLASS_CHANNELS + (size_t)d] - OFFSET[d]);
#else
            float value = x[t * GLASS_CHANNELS + (size_t)d];
#endif
#if MARKS
            if (is_marked(x[t * GLASS_CHANNELS + (size_t)d]))
                value = NAN;
#endif
            if (judge(value, d) > judged)
                judged = judge(value, d);
            if (isnan(value))
                continue;
            sum += value;
            count += 1.0f;
        }
        row[d] = count > 0.0f ? sum / count : NAN;
    }
    return judged;
}

#if EVERY
void glass_predict(const glass_value *x, size_t steps, float *scratch, glass_answer *answers)
#else
void glass_predict(const glass_value *x, size_t steps, float *scratch, glass_answer *answer)
#endif
{
    const size_t joined = GLASS_JOINED(steps);
    float *a = scratch, *state = a + @sums@, *features = state + @one_state@;
    float *is_real = features + @features@, *in = is_real + joined, *out = in + joined * ROW;
#if MEAN
    float *mean = features + @mean_at@;
#endif
    int judged = 0;
#if FIXED
    if (steps != GLASS_STEPS) {
#if EVERY
        answer_no_step(answers, steps);
#else
        answer_nothing(answer);
#endif
        return;
    }
#endif
    for (size_t t = 0; t < joined; t++) {
        const size_t left = steps - t * @stride@;
        const int here = take(x + t * @stride@ * GLASS_CHANNELS, left < @stride@ ? left : @stride@, in + t * ROW);
        judged = here > judged ? here : judged;
#if SCALING
        is_real[t] = (float)scale(in + t * ROW);
#else
        is_real[t] = 1.0f;
#endif
    }
#if EVERY
    if (judged == 2) {
        answer_no_step(answers, steps);
        return;
    }
#else
    if (judged != 1) {
        (judged == 0 ? answer_without_a_value : answer_nothing)(answer);
        return;
    }
#endif
    memset(features, 0, @features@ * sizeof *features);
    for (int n = 0; n < LAYER_COUNT; n++) {
        const layer *l = &LAYERS[n];
        const size_t H = (size_t)l->units;
        if (l->is_first && n > 0) { /* the input is the output of both directions of the layer below */
            float *written = out;
            out = in;
            in = written;
        }
        memset(state, 0, @one_state@ * sizeof *state);
        for (size_t read = 0; read < joined; read++) {
            const size_t t = l->backwards ? joined - 1 - read : read;
#if EVERY
            if (is_real[t] != 0.0f)
                advance(l, in + t * ROW, state, a);
#if SILENT
            if (is_real[t] == 0.0f)
                memset(out + t * ROW + l->column, 0, H * sizeof *state);
            else
#endif
                memcpy(out + t * ROW + l->column, state, H * sizeof *state);
#else
            if (is_real[t] == 0.0f)
                continue;
            advance(l, in + t * ROW, state, a);
            if (!l->is_top)
                memcpy(out + t * ROW + l->column, state, H * sizeof *state);
#endif
#if MEAN
            for (size_t k = 0; l->is_top && k < H; k++)
                mean[(size_t)l->column + k] += state[k];
#endif
        }
#if LAST
        if (l->is_top)
            memcpy(features + l->column, state, H * sizeof *state);
#endif
    }
#if MEAN
    float count = 0.0f;
    for (size_t t = 0; t < joined; t++)
        count += is_real[t];
    for (int k = 0; k < @width@; k++)
        mean[k] /= count;
#endif
#if EVERY
    for (size_t t = 0; t < steps; t++) {
        memcpy(features, out + t * ROW, @features@ * sizeof *features);
        read_out(features, &answers[t]);
    }
#else
    read_out(features, answer);
#endif
}
