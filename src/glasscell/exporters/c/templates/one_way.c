/* Passes state->x through all layers; a step without a value changes nothing. */
static void read_step(glass_state *state)
{
    const float *x = state->x;
    float *h = state->now.state;
#if SCALING
    if (!scale(state->x))
        return;
#endif
    for (int l = 0; l < LAYER_COUNT; l++) {
        advance(&LAYERS[l], x, h, state->a);
        x = h;
        h += @parts@ * LAYERS[l].units;
    }
#if MEAN
    for (int k = 0; k < @width@; k++)
        state->now.total[k] += x[k];
    state->now.steps += 1.0f;
#endif
}

#if STRIDE
/* Reads the mean of the values in the steps of a stride. */
static void read_joined(glass_state *state)
{
    for (int d = 0; d < GLASS_CHANNELS; d++)
        state->x[d] = state->count[d] > 0.0f ? state->sum[d] / state->count[d] : NAN;
    read_step(state);
}

#endif
static void answer_so_far(glass_state *state, glass_answer *answer)
{
#if EVERY
    if (state->has_value == 2.0f) {
        answer_nothing(answer);
        return;
    }
#else
    if (state->has_value != 1.0f) {
        (state->has_value == 0.0f ? answer_without_a_value : answer_nothing)(answer);
        return;
    }
#endif
#if STRIDE
    if (state->steps > 0.0f) { /* an incomplete stride counts as a whole one, for now */
        state->before = state->now;
        read_joined(state);
    }
#endif
#if LAST
    memcpy(state->features, &state->now.state[@last_h@], @width@ * sizeof(float));
#endif
#if MEAN
    for (int k = 0; k < @width@; k++)
        state->features[@mean_at@ + k] = state->now.total[k] / state->now.steps;
#endif
    read_out(state->features, answer);
#if STRIDE
    if (state->steps > 0.0f)
        state->now = state->before;
#endif
}

void glass_reset(glass_state *state) { memset(state, 0, sizeof *state); }

void glass_step(glass_state *state, const glass_value *x, glass_answer *answer)
{
    for (int d = 0; d < GLASS_CHANNELS; d++) {
#if OFFSETS
        state->x[d] = (float)(x[d] - OFFSET[d]);
#else
        state->x[d] = x[d];
#endif
#if MARKS
        if (is_marked(x[d]))
            state->x[d] = NAN;
#endif
        const float judged = (float)judge(state->x[d], d);
        if (judged > state->has_value)
            state->has_value = judged;
        if (isnan(state->x[d]))
            continue;
#if STRIDE
        state->sum[d] += state->x[d];
        state->count[d] += 1.0f;
#endif
    }
#if STRIDE
    state->steps += 1.0f;
    if (state->steps == (float)GLASS_STRIDE) {
        read_joined(state);
        memset(state->sum, 0, sizeof state->sum);
        memset(state->count, 0, sizeof state->count);
        state->steps = 0.0f;
    }
#else
    read_step(state);
#endif
    if (answer != NULL)
        answer_so_far(state, answer);
}

#if EVERY
void glass_predict(const glass_value *x, size_t steps, float *scratch, glass_answer *answers)
{
    glass_state *state = (glass_state *)scratch;
    glass_reset(state);
    for (size_t t = 0; t < steps; t++)
        glass_step(state, x + t * GLASS_CHANNELS, &answers[t]);
#if FIXED
    if (state->has_value == 2.0f || steps != GLASS_STEPS)
#else
    if (state->has_value == 2.0f)
#endif
        answer_no_step(answers, steps);
}
#else
void glass_predict(const glass_value *x, size_t steps, float *scratch, glass_answer *answer)
{
    glass_state *state = (glass_state *)scratch;
#if FIXED
    if (steps != GLASS_STEPS) {
        answer_nothing(answer);
        return;
    }
#endif
    glass_reset(state);
    for (size_t t = 0; t < steps; t++)
        glass_step(state, x + t * GLASS_CHANNELS, NULL);
    answer_so_far(state, answer);
}
#endif
