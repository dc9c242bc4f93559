/* Weights and rows, rearranged for the tiles. */

#pragma once
#include "layout.h"
#include "tile.h"

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

/* For the forward: (P, D + H, panel), the last panel closed up, then the bias (P, panel). */
static int64_t forward_weights(const Layout &y) { return y.P * (y.inner + 1) * y.panel; }

static void pack_forward(const Layout &y, const Inputs &in, int64_t m, int64_t p, float *packed) {
  const Lstm &l = y.l;
  const int64_t V = WIDTH, units = y.units(p);
  const bool close = !has_dropout(in);
  const int64_t row_size = y.vectors(p, close) * V;
  float *to = packed + p * y.inner * y.panel;
  for (int64_t k = 0; k <= y.inner; k++, to += row_size) {
    if (k == y.inner) to = packed + (y.P * y.inner + p) * y.panel;
    const float *from = k < l.D       ? in.kernel + (m * l.D + k) * 4 * l.H
                        : k < y.inner ? in.recurrent_kernel + (m * l.H + k - l.D) * 4 * l.H
                        : in.bias     ? in.bias + m * 4 * l.H
                                      : nullptr;
    memset(to, 0, row_size * sizeof(float));
    for (int64_t g = 0; from && g < 4; g++) copy(to + y.gate(p, g, close), from + g * l.H + p * V, units);
  }
}

/* Call f with the compile-time constant that `n` (1 … 4 vectors) is. */
template <class F> INLINE void with_vectors(int64_t n, F f) {
  if (n == 4) f(Constant<4>());
  else if (n == 3) f(Constant<3>());
  else if (n == 2) f(Constant<2>());
  else f(Constant<1>());
}

/* Call f(first column, how many vectors) for tiles of at most 4 vectors. */
template <class F> INLINE void in_columns(int64_t columns, F f) {
  const int64_t V = WIDTH;
  int64_t column = 0;
  for (; columns - column > 3 * V; column += 4 * V) f(column, Constant<4>());
  if (columns > column) with_vectors((columns - column + V - 1) / V, [&](auto vectors) { f(column, vectors); });
}

static int64_t padded_columns(int64_t columns) { return (columns + WIDTH - 1) / WIDTH * WIDTH; }

/* For the backward: recurrent_kernelᵀ, then kernelᵀ, each in tiles of columns, (4H, vectors·V), with the 4H rows in the
   order of the panels, but without the panels' empty places. */
static int64_t backward_weights(const Layout &y) {
  return (padded_columns(y.l.H) + padded_columns(y.l.D)) * 4 * y.l.H;
}

static void pack_transposed(const Layout &y, const float *weights, int64_t columns, int64_t p, float *packed) {
  const int64_t V = WIDTH, units = y.units(p);
  in_columns(columns, [&](int64_t column, auto vectors) {
    const int64_t width = decltype(vectors)::value * V;
    for (int64_t g = 0; g < 4; g++)
      for (int64_t u = 0; u < units; u++) {
        float *to = packed + column * 4 * y.l.H + (p * y.panel + g * units + u) * width;
        const float *from = weights + column * 4 * y.l.H + g * y.l.H + p * V + u;
        for (int64_t j = 0; j < width; j++) to[j] = column + j < columns ? from[j * 4 * y.l.H] : 0;
      }
  });
}

static void pack_backward(const Layout &y, const Inputs &in, int64_t m, int64_t p, float *packed) {
  const Lstm &l = y.l;
  pack_transposed(y, in.recurrent_kernel + m * l.H * 4 * l.H, l.H, p, packed);
  pack_transposed(y, in.kernel + m * l.D * 4 * l.H, l.D, p, packed + padded_columns(l.H) * 4 * l.H);
}

} /* namespace VECTORS */
