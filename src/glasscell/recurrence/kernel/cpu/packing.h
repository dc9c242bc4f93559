/* A network's weights, packed in the order in which the tiles read them. */

#pragma once
#include "rows.h"
#include "tile.h"

namespace VECTORS {

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
