/* Rows of a caller's arrays as the loops need them: padded to whole vectors, masked, times their dropout factors. */

#pragma once
#include "layout.h"
#include "vector.h"

namespace VECTORS {

using namespace glasscell;

INLINE Vector load(const float *p, int64_t count) { /* the first `count` lanes; the others are 0 */
  if (count >= WIDTH) return load(p);
  Vector v = {};
  for (int64_t lane = 0; lane < count; lane++) v[lane] = p[lane];
  return v;
}

static inline void copy(float *to, const float *from, int64_t count) { memcpy(to, from, count * sizeof(float)); }

/* Row `row` of an array with `size` columns (zeros if there is no array), with zeros after it up to `padded`. */
static inline void load_row(float *to, const float *array, int64_t row, int64_t size, int64_t padded) {
  if (array) copy(to, array + row * size, size);
  for (int64_t k = array ? size : 0; k < padded; k++) to[k] = 0;
}

/* The same for dropout factors: ones where there is no array. */
static inline void load_factors(float *to, const float *array, int64_t row, int64_t size, int64_t padded) {
  load_row(to, array, row, size, padded);
  for (int64_t k = 0; !array && k < size; k++) to[k] = 1;
}

/* The factors (4, M, N, size) of one row as (size, 4). */
static inline void interleave_factors(float *to, const float *array, const Layout &y, int64_t m, int64_t n,
                                      int64_t size) {
  for (int64_t k = 0; k < size; k++)
    for (int64_t g = 0; g < 4; g++)
      to[4 * k + g] = array ? array[((g * y.l.M + m) * y.l.N + n) * size + k] : 1.f;
}

/* v (size) times factors (size, 4). */
static inline const float *spread(float *to, const float *v, const float *factors, int64_t size) {
  for (int64_t k = 0; k < size; k++)
    for (int64_t g = 0; g < 4; g++) to[4 * k + g] = v[k] * factors[4 * k + g];
  return to;
}

/* Dropout gives each vector of a tile the factors of one gate: then panels are not closed up. */
static bool has_dropout(const Inputs &in) { return in.input_keep || in.recurrent_keep; }

/* Whether a step of a series is real. */
struct Masks {
  const Layout &y;
  const unsigned char *mask;
  int64_t m;
  bool real(int64_t n, int64_t s) const { return !mask || mask[y.row(m, n, y.time(s))]; }
};

} /* namespace VECTORS */
