/*
@about@
*/

#ifndef GLASS_H
#define GLASS_H

#include <stddef.h>
#if CYCLES
#include <stdint.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define GLASS_HORIZON @horizon@ /* steps ahead */
#define GLASS_QUANTILES @quantiles@
#define GLASS_REACH @reach@ /* number of past steps that are used; more with missing values among them */
#if KNOWN
#define GLASS_KNOWN @known@ /* known future covariates */
#endif
#if PAST
#define GLASS_PAST @past@ /* past covariates */
#endif
#if STATIC
#define GLASS_STATIC @static@ /* static covariates */
#endif

/* probability levels of the quantiles */
extern const double glass_quantiles[GLASS_QUANTILES];
@declared@
/* A series up to now. Missing values are NaN@in_logs@. */
typedef struct {
    const double *values; /* of each step */
    size_t steps;
#if CYCLES
    const int64_t *times;       /* of each step, in seconds since 1970 */
    const int64_t *times_ahead; /* of the GLASS_HORIZON steps ahead */
#endif
#if KNOWN
    const double *known;       /* a row of GLASS_KNOWN for each step */
    const double *known_ahead; /* for each step ahead */
#endif
#if PAST
    const double *past; /* a row of GLASS_PAST for each step */
#endif
#if STATIC
    const double *fixed; /* GLASS_STATIC numbers */
#endif
} glass_series;

typedef struct {
    /* in the unit of the values */
    double quantiles[GLASS_HORIZON][GLASS_QUANTILES];
    /* 0 if there is no forecast, and quantiles are NaN: without a value, with an infinite one@or_not_above@, or if the
       result is not finite */
    int answered;
} glass_forecast;

/* A buffer, which need not be cleared. */
typedef struct {
    double ring[GLASS_REACH], past[GLASS_REACH], base[GLASS_HORIZON], total[GLASS_HORIZON][GLASS_QUANTILES];
    float steps[@context@][@features@], ahead[GLASS_HORIZON][@ahead_features@];
    float raw[GLASS_HORIZON][GLASS_QUANTILES];
    float state[@state@], next[@next@], a[@sums@];
} glass_scratch;

void glass_predict(const glass_series *series, glass_scratch *scratch, glass_forecast *forecast);

#ifdef __cplusplus
}
#endif

#endif
