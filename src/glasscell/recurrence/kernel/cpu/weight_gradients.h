/* The gradients of weights and biases: one large matrix product over all steps of all series, after the recurrence.

   a = x·kernel + h_prev·recurrent_kernel + bias, so with A = [x h_prev 1], one row for each step of each series,
   [d_kernel; d_recurrent_kernel; d_bias] = Aᵀ·da.

   Each element is one sum in the order of steps and series, whichever thread computes it. */

#pragma once
#include "rows.h"
#include "tile.h"

namespace VECTORS {

struct WeightScratch {
  float *sums;  /* (panels, rows, panel) */
  float *A;     /* (block, stride)   some rows of A; by k and gate with dropout */
  float *da;    /* (block, panel)    the same rows of da, one panel */
  float *keep;  /* (N, 4·(D + H))    dropout factors, by k and gate */
  int64_t size, block, stride;

  WeightScratch(const Layout &y, const Inputs &in, int64_t panels, int64_t rows, char *memory) {
    const bool dropout = has_dropout(in);
    stride = (dropout ? 4 : 1) * rows;
    const int64_t whole = 65536 / ((dropout ? 4 : 1) * (y.inner + 1)); /* all of A's columns stay in the L2 cache */
    block = whole < 32 ? 32 : whole > 256 ? 256 : whole;
    Pieces pieces(memory);
    sums = pieces.take<float>(panels * rows * y.panel);
    A = pieces.take<float>(block * stride);
    da = pieces.take<float>(block * y.panel);
    keep = pieces.take<float>(dropout ? y.l.N * 4 * y.inner : 0);
    size = pieces.size();
  }
};

/* v, or with FACTORS = 4 v times each of its four dropout factors (size, 4). */
template <int FACTORS> INLINE float *append(float *to, const float *v, const float *factors, int64_t size) {
  if (FACTORS == 4) spread(to, v, factors, size);
  else copy(to, v, size);
  return to + FACTORS * size;
}

/* Write the columns row_begin … row_end of row k of A. */
template <int FACTORS>
static void gather_row(const Layout &y, const Inputs &in, const Gradients &grad, const WeightBlock &w, int64_t k,
                       const float *factors, float *to) {
  const Lstm &l = y.l;
  const int64_t s = k / l.N, n = k % l.N, D = l.D;
  const int64_t x_end = w.row_end < D ? w.row_end : D;
  const int64_t h_begin = w.row_begin > D ? w.row_begin : D, h_end = w.row_end < y.inner ? w.row_end : y.inner;
  factors += n * 4 * y.inner;
  if (w.row_begin < x_end) {
    const float *x = in.x + y.row(w.m, n, y.time(s)) * D;
    to = append<FACTORS>(to, x + w.row_begin, factors + 4 * w.row_begin, x_end - w.row_begin);
  }
  if (h_begin < h_end) {
    const float *h_prev = s       ? grad.saved + y.saved_h(w.m, s - 1, n)
                          : in.h0 ? in.h0 + (w.m * l.N + n) * l.H
                                  : nullptr;
    if (h_prev) to = append<FACTORS>(to, h_prev + h_begin - D, factors + 4 * h_begin, h_end - h_begin);
    else memset(to, 0, FACTORS * (h_end - h_begin) * sizeof(float)), to += FACTORS * (h_end - h_begin);
  }
  for (int g = 0; w.row_end > y.inner && g < FACTORS; g++) to[g] = 1;
}

/* a_i = … + p_i·c_prev, a_f = … + p_f·c_prev, a_o = … + p_o·c: dp is the sum of da·c over all steps and series. For a
   gate that is not there da is 0, but 0·∞ is not. */
static void peephole_gradients(const Layout &y, const Inputs &in, const Gradients &grad, const WeightBlock &w) {
  const Lstm &l = y.l;
  const int64_t V = WIDTH;
  for (int64_t p = w.panel_begin; p < w.panel_end; p++) {
    const int64_t unit = p * V, units = y.units(p);
    Vector dp_i = {}, dp_f = {}, dp_o = {};
    for (int64_t s = 0; s < l.T; s++)
      for (int64_t n = 0; n < l.N; n++) {
        const float *da = grad.da + y.saved_gates(w.m, s, n) + p * y.panel;
        const Vector c = load(grad.saved + y.saved_c(w.m, s, n) + unit);
        Vector c_prev = {};
        if (s) c_prev = load(grad.saved + y.saved_c(w.m, s - 1, n) + unit);
        else if (in.c0) c_prev = load(in.c0 + (w.m * l.N + n) * l.H + unit, units);
        if (l.input_gate) dp_i = multiply_add(load(da), c_prev, dp_i);
        if (l.forget_gate && !l.coupled) dp_f = multiply_add(load(da + V), c_prev, dp_f);
        if (l.output_gate) dp_o = multiply_add(load(da + 3 * V), c, dp_o);
      }
    float *to = grad.d_peephole_kernel + w.m * 3 * l.H + unit;
    store(to, dp_i, units), store(to + l.H, dp_f, units), store(to + 2 * l.H, dp_o, units);
  }
}

template <int FACTORS>
static void sum_over_steps(const Layout &y, const Inputs &in, const Gradients &grad, const WeightBlock &w,
                           const WeightScratch &scratch) {
  const int64_t V = WIDTH, rows = w.row_end - w.row_begin, K = y.l.T * y.l.N;
  for (int64_t n = 0; FACTORS == 4 && n < y.l.N; n++) {
    interleave_factors(scratch.keep + n * 4 * y.inner, in.input_keep, y, w.m, n, y.l.D);
    interleave_factors(scratch.keep + n * 4 * y.inner + 4 * y.l.D, in.recurrent_keep, y, w.m, n, y.l.H);
  }
  memset(scratch.da, 0, scratch.block * y.panel * sizeof(float)); /* what is left over of a closed up panel */
  memset(scratch.sums, 0, (w.panel_end - w.panel_begin) * rows * y.panel * sizeof(float));
  for (int64_t k = 0; k < K; k += scratch.block) {
    const int64_t block = K - k < scratch.block ? K - k : scratch.block;
    for (int64_t j = 0; j < block; j++)
      gather_row<FACTORS>(y, in, grad, w, k + j, scratch.keep, scratch.A + j * scratch.stride);
    for (int64_t p = w.panel_begin; p < w.panel_end; p++) {
      const bool close = FACTORS == 1 && y.units(p) < V;
      const bool copied = close || rows > 32 * MAX_ROWS; /* else read where it lies: too seldom for a copy to pay */
      const int64_t vectors = y.vectors(p, close);
      const float *da = grad.da + y.saved_gates(w.m, 0, 0) + k * y.gates + p * y.panel;
      int64_t stride = y.gates;
      if (copied) {
        for (int64_t j = 0; j < block; j++)
          for (int g = 0; g < 4; g++)
            copy(scratch.da + j * vectors * V + y.gate(p, g, close), da + j * y.gates + g * V, y.units(p));
        da = scratch.da, stride = vectors * V;
      }
      with_vectors(vectors, [&](auto columns) {
        in_blocks(rows, [&](int64_t first, auto count) {
          constexpr int ROWS = decltype(count)::value, COLUMNS = decltype(columns)::value;
          float *sums = scratch.sums + ((p - w.panel_begin) * rows + first) * y.panel;
          Vector acc[ROWS][COLUMNS];
          for (int r = 0; r < ROWS; r++)
            for (int j = 0; j < COLUMNS; j++) acc[r][j] = load(sums + r * y.panel + j * V);
          multiply_transposed_add<ROWS, COLUMNS, FACTORS>(acc, block, scratch.A + FACTORS * first, scratch.stride, da,
                                                          stride);
          for (int r = 0; r < ROWS; r++)
            for (int j = 0; j < COLUMNS; j++) store(sums + r * y.panel + j * V, acc[r][j]);
        });
      });
    }
  }
}

static void weight_gradients(const Layout &y, const Inputs &in, const Gradients &grad, WeightBlock w, char *memory) {
  const Lstm &l = y.l;
  const int64_t V = WIDTH, rows = w.row_end - w.row_begin;
  WeightScratch scratch(y, in, w.panel_end - w.panel_begin, rows, memory);
  const bool dropout = has_dropout(in);
  (dropout ? sum_over_steps<4> : sum_over_steps<1>)(y, in, grad, w, scratch);
  for (int64_t p = w.panel_begin; p < w.panel_end; p++)
    for (int64_t i = 0; i < rows; i++) {
      const float *sums = scratch.sums + ((p - w.panel_begin) * rows + i) * y.panel;
      const int64_t row = w.row_begin + i;
      float *to = row < l.D       ? grad.d_kernel ? grad.d_kernel + (w.m * l.D + row) * 4 * l.H : nullptr
                  : row < y.inner ? grad.d_recurrent_kernel
                                        ? grad.d_recurrent_kernel + (w.m * l.H + row - l.D) * 4 * l.H
                                        : nullptr
                  : grad.d_bias ? grad.d_bias + w.m * 4 * l.H
                                : nullptr;
      for (int64_t g = 0; to && g < 4; g++) copy(to + g * l.H + p * V, sums + y.gate(p, g, !dropout), y.units(p));
    }
  if (w.row_begin == 0 && grad.d_peephole_kernel) peephole_gradients(y, in, grad, w);
}

} /* namespace VECTORS */
