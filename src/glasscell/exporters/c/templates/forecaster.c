/* @title@: see @name@.h. */

#include "@name@.h"

#include <math.h>
#include <string.h>

#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#error "compile without -ffast-math: missing values are NaN"
#endif

/* C steps of context, H units of a layer; matrices by rows. Blocks of gates in the order i, f, z, o. */

@layer.c@

/* Learned weights. */

@data@

enum { C = @context@, REACH = GLASS_REACH, SEASON = @season@, BASE_SEASON = @base_season@ };
static const double LARGEST = @largest@; /* value that the network accepts */

/* Functions of the network. */

@functions.c@

@cell.c@

/* Puts the past into scratch->past. A gap gets the value one season earlier, else the last value; NaN before the first
   value. Returns 0 if a value cannot be used. */
static int fill(const glass_series *series, glass_scratch *scratch)
{
    double *ring = scratch->ring;
    int is_read = 1;
    for (size_t t = 0; t < series->steps; t++) {
        double value = series->values[t];
        if (isinf(value))
            is_read = 0;
#if LOGS
        if (value <= 0.0)
            is_read = 0;
        value = log(value);
#endif
        if (isnan(value) && SEASON > 1 && t >= SEASON)
            value = ring[(t - SEASON) % REACH];
        if (isnan(value) && t > 0)
            value = ring[(t - 1) % REACH];
        ring[t % REACH] = value;
    }
    for (size_t k = 0; k < REACH; k++) {
        const size_t t = series->steps + k;
        scratch->past[k] = t < REACH ? NAN : ring[t % REACH];
    }
    return is_read;
}

/* Returns the mean absolute change over a season of n steps. */
static double scale_of(const double *past, int n, int season)
{
    double sum = 0.0;
    int count = 0;
    for (int k = season; k < n; k++) {
        const double change = fabs(past[k] - past[k - season]);
        if (!isnan(change)) {
            sum += change;
            count++;
        }
    }
    return count > 0 ? sum / count : 0.0;
}

/* Returns the scale of a window; 0 if it is constant. */
static double scale(const double *past)
{
    double most = 0.0, found = scale_of(past + REACH - C - SEASON, C + SEASON, SEASON);
    if (!(found > 0.0))
        found = scale_of(past + REACH - C - 1, C + 1, 1);
    for (int k = 0; k < REACH; k++)
        most = fabs(past[k]) > most ? fabs(past[k]) : most;
    return found > @per_change@ * most ? found : 0.0;
}

#if SEASONAL
/* Returns the mean of the values 1, 2, ... seasons before a place, and their mean distance in seasons. */
static double mean_of_seasons(const double *past, int place, double *distance)
{
    double total = past[place - BASE_SEASON];
    int count = 1;
    for (int k = 2; k <= @seasons@; k++) {
        const double one = past[place - k * BASE_SEASON];
        total += isnan(one) ? 0.0 : one;
        count += !isnan(one);
    }
    if (distance != NULL)
        *distance = (count + 1) / 2.0;
    return total / count;
}

#endif
/* Puts the forecast of the baseline into scratch->base. */
static void go_on(glass_scratch *scratch)
{
    const double *past = scratch->past, now = past[REACH - 1];
#if SEASONAL_BASE
    int length = 0;
#if GROWTH
    double growth = 0.0;
    int known = 0;
    for (int place = REACH - @drift@; place < REACH; place++) {
        double distance, change = mean_of_seasons(past, place, &distance);
        change = (past[place] - change) / distance;
        if (!isnan(change)) {
            growth += change;
            known++;
        }
    }
    growth = known > 0 ? growth / known : 0.0;
#endif
    for (int k = 0; k < REACH; k++)
        length += !isnan(past[k]);
    for (int h = 0; h < GLASS_HORIZON; h++) {
        const int rounds = h / BASE_SEASON;
        double distance;
        double repeated = mean_of_seasons(past, REACH + h - BASE_SEASON * rounds, &distance);
#if GROWTH
        repeated += growth * (rounds + distance);
#endif
        scratch->base[h] = length < BASE_SEASON ? now : repeated;
    }
#else
    double drift = 0.0;
#if GROWTH
    int steps = -1;
    for (int k = 0; k < REACH; k++)
        steps += !isnan(past[k]);
    steps = steps > @drift@ ? @drift@ : steps < 0 ? 0 : steps;
    drift = (now - past[REACH - 1 - steps]) / (steps > 0 ? steps : 1);
#endif
    for (int h = 0; h < GLASS_HORIZON; h++)
        scratch->base[h] = now + drift * (h + 1);
#endif
}

/* Puts a number into a feature, 0 if it is missing; returns whether the network accepts it. */
static int put(float *feature, double value)
{
    const int is_read = isnan(value) || fabs(value) <= LARGEST;
    *feature = is_read && !isnan(value) ? (float)value : 0.0f;
    return is_read;
}

#if COVARIATES
/* Puts scaled covariates into features, or zeros before the series begins; returns whether all are accepted. */
static int put_scaled(float *features, const double *values, int count, int first, int has_begun)
{
    int is_read = 1;
    for (int k = 0; k < count; k++) {
        is_read &= !isinf(values[k]);
        is_read &= put(features + k, has_begun ? (values[k] - CENTRES[first + k]) / SPREADS[first + k] : 0.0);
    }
    return is_read;
}

static int are_finite(const double *values, size_t count)
{
    int finite = 1;
    for (size_t k = 0; k < count; k++)
        finite &= !isinf(values[k]);
    return finite;
}

#endif
#if CYCLES
#if YEAR
/* Returns the day of the year, 0 for January 1, given days since March 1 of year 0. */
static int64_t day_of_year(int64_t days)
{
    const int64_t day = days % 146097;
    const int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    const int64_t since_march = day - (365 * year + year / 4 - year / 100);
    const int64_t leap = (year % 4 == 0) - (year % 100 == 0) + (year % 400 == 0);
    return since_march >= 306 ? since_march - 306 : since_march + 59 + leap;
}

#endif
/* Puts the sine and the cosine of each cycle into features. */
static float *put_calendar(float *features, int64_t time)
{
    const double turn = 6.283185307179586;
    const int64_t seconds = time + INT64_C(719468) * 86400, days = seconds / 86400; /* since March of year 0 */
    const double of_day = (double)(seconds % 86400) / 86400;
#if YEAR
    *features++ = (float)sin(turn * ((double)day_of_year(days) + of_day) / 365.25);
    *features++ = (float)cos(turn * ((double)day_of_year(days) + of_day) / 365.25);
#endif
#if WEEK
    *features++ = (float)sin(turn * ((double)((days + 2) % 7) + of_day) / 7);
    *features++ = (float)cos(turn * ((double)((days + 2) % 7) + of_day) / 7);
#endif
#if DAY
    *features++ = (float)sin(turn * of_day);
    *features++ = (float)cos(turn * of_day);
#endif
#if !YEAR
#if !WEEK
    (void)days;
#endif
#endif
    return features;
}

#endif
/* Puts the window into scratch->steps; returns whether the network accepts it. */
static int look_back(const glass_series *series, glass_scratch *scratch, double unit)
{
    const double *past = scratch->past, now = past[REACH - 1];
    int is_read = 1;
    for (int c = 0; c < C; c++) {
        const int place = REACH - C + c, is_there = series->steps + (size_t)c >= C;
        const size_t t = is_there ? series->steps + (size_t)c - C : 0;
        float *x = scratch->steps[c];
        is_read &= put(x++, asinh((past[place] - past[place - 1]) / unit));
#if SEASONAL
        is_read &= put(x++, asinh((past[place] - mean_of_seasons(past, place, NULL)) / unit));
#endif
        is_read &= put(x++, asinh((past[place] - now) / unit));
        *x++ = is_there && !isnan(series->values[t]) ? 1.0f : 0.0f;
#if BESIDE
        if (isnan(past[place])) { /* before the series begins */
            memset(x, 0, @beside@ * sizeof *x);
            continue;
        }
#endif
#if CYCLES
        x = put_calendar(x, series->times[t]);
#endif
#if KNOWN
        is_read &= put_scaled(x, series->known + t * GLASS_KNOWN, GLASS_KNOWN, 0, 1);
        x += GLASS_KNOWN;
#endif
#if PAST
        is_read &= put_scaled(x, series->past + t * GLASS_PAST, GLASS_PAST, @first_past@, 1);
        x += GLASS_PAST;
#endif
#if STATIC
        is_read &= put_scaled(x, series->fixed, GLASS_STATIC, @first_static@, 1);
#endif
    }
    return is_read;
}

/* Puts the known features of the steps ahead into scratch->ahead; returns whether the network accepts them. */
static int look_ahead(const glass_series *series, glass_scratch *scratch, double unit)
{
    const double *past = scratch->past, now = past[REACH - 1];
    int is_read = 1;
    (void)series;
    for (int h = 0; h < GLASS_HORIZON; h++) {
        float *x = scratch->ahead[h];
        is_read &= put(x++, asinh((scratch->base[h] - now) / unit));
#if SEASONAL
        const int place = REACH + h - SEASON * (h / SEASON + 1);
        for (int k = 1; k < @looks_back@; k++)
            is_read &= put(x++, asinh((past[place] - past[place - k * SEASON]) / unit));
#endif
#if CYCLES
        x = put_calendar(x, series->times_ahead[h]);
#endif
#if KNOWN
        is_read &= put_scaled(x, series->known_ahead + (size_t)h * GLASS_KNOWN, GLASS_KNOWN, 0, 1);
        x += GLASS_KNOWN;
#endif
#if STATIC
        is_read &= put_scaled(x, series->fixed, GLASS_STATIC, @first_static@, 1);
#endif
    }
    return is_read;
}

static float softplus(float x) { return x > 0.0f ? x + log1pf(expf(-x)) : log1pf(expf(x)); }

/* Turns a member's output for a step ahead into quantiles, and adds them to the total. */
static void add_quantiles(const float *raw, const float *unlearnt, double *total)
{
    const float median = raw[@middle@];
    float away = 0.0f;
    total[@middle@] += (double)(TRUST * median + WIDENING[@middle@] * ((1.0f - TRUST) * unlearnt[@middle@]));
    for (int q = @middle@ + 1; q < GLASS_QUANTILES; q++) {
        away += softplus(raw[q]);
        total[q] += (double)(TRUST * median + WIDENING[q] * (TRUST * away + (1.0f - TRUST) * unlearnt[q]));
    }
    away = 0.0f;
    for (int q = @middle@ - 1; q >= 0; q--) {
        away -= softplus(raw[q]);
        total[q] += (double)(TRUST * median + WIDENING[q] * (TRUST * away + (1.0f - TRUST) * unlearnt[q]));
    }
}

/* Puts the sum of all members' corrections of the base, in units of the scale, into scratch->total. */
static void ask_members(glass_scratch *scratch)
{
    float *raw = scratch->raw[0];
    memset(scratch->total, 0, sizeof scratch->total);
    for (int m = 0; m < @members@; m++) {
        const layer *layers = &LAYERS[m * LAYERS_OF_ONE];
        const float *h = scratch->state + @top@;
        memset(scratch->state, 0, sizeof scratch->state);
        for (int t = 0; t < C; t++) {
            const float *x = scratch->steps[t];
            float *state = scratch->state;
            for (int l = 0; l < @lstms@; l++) {
                advance(&layers[l], x, state, scratch->a);
                x = state;
                state += @parts@ * layers[l].units;
            }
        }
        memcpy(raw, READ_OUTS[m].bias, sizeof scratch->raw);
        add_product(raw, GLASS_HORIZON * GLASS_QUANTILES, h, @width@, READ_OUTS[m].kernel,
                    GLASS_HORIZON * GLASS_QUANTILES);
#if CONTINUES
        memcpy(scratch->next, h, sizeof scratch->next);
#endif
        for (int t = 0; t < GLASS_HORIZON; t++) {
            add_product(scratch->raw[t], GLASS_QUANTILES, scratch->ahead[t], @ahead_features@, READ_OUTS[m].ahead,
                        GLASS_QUANTILES);
#if CONTINUES
            advance(&layers[@lstms@], scratch->ahead[t], scratch->next, scratch->a);
            add_product(scratch->raw[t], GLASS_QUANTILES, scratch->next, @width@, READ_OUTS[m].continued,
                        GLASS_QUANTILES);
#endif
            add_quantiles(scratch->raw[t], UNLEARNT + t * GLASS_QUANTILES, scratch->total[t]);
        }
    }
}

static void forecast_nothing(glass_forecast *forecast)
{
    for (int h = 0; h < GLASS_HORIZON; h++)
        for (int q = 0; q < GLASS_QUANTILES; q++)
            forecast->quantiles[h][q] = NAN;
    forecast->answered = 0;
}

void glass_predict(const glass_series *series, glass_scratch *scratch, glass_forecast *forecast)
{
    int is_read = fill(series, scratch);
    const double found = scale(scratch->past), unit = found > 0.0 ? found : 1.0;
    go_on(scratch);
    is_read &= look_back(series, scratch, unit);
    is_read &= look_ahead(series, scratch, unit);
#if KNOWN
    is_read &= are_finite(series->known, series->steps * GLASS_KNOWN);
#endif
#if PAST
    is_read &= are_finite(series->past, series->steps * GLASS_PAST);
#endif
#if STATIC
    is_read &= are_finite(series->fixed, GLASS_STATIC);
#endif
    if (!is_read) {
        forecast_nothing(forecast);
        return;
    }
    ask_members(scratch);
    forecast->answered = 1;
    for (int h = 0; h < GLASS_HORIZON; h++)
        for (int q = 0; q < GLASS_QUANTILES; q++) {
            double y = scratch->base[h] + found * (scratch->total[h][q] / @members@);
#if LOGS
            y = exp(y);
#endif
            if (!isfinite(y)) {
                forecast_nothing(forecast);
                return;
            }
#if LOWEST
            y = y < @lowest@ ? @lowest@ : y;
#endif
#if HIGHEST
            y = y > @highest@ ? @highest@ : y;
#endif
            forecast->quantiles[h][q] = y;
        }
#if MEDIAN
    if (found == 0.0) { /* one or two steps give no width */
        for (size_t t = 0; t + @fewest@ <= series->steps; t++)
            if (!isnan(series->values[t]))
                return;
        for (int h = 0; h < GLASS_HORIZON; h++)
            for (int q = 0; q < GLASS_QUANTILES; q++)
                if (q != @median@)
                    forecast->quantiles[h][q] = NAN;
    }
#endif
}
