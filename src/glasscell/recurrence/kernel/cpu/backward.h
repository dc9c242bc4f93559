/* The recurrence, backward and derived by hand, for some series (rows) of one network; forward.h names what is counted.

   From the last step to the first: `retreat` goes from dh and dc, the gradients of h and c, to da and dc_prev, by the
   equations (cells.h) read from bottom to top; then dh_prev = da·recurrent_kernelᵀ and dx = da·kernelᵀ.
   da is kept for the gradients of the weights (weight_gradients.h). */

#pragma once
#include "activations.h"
#include "cells.h"
#include "rows.h"
#include "tile.h"

namespace VECTORS {

struct BackwardScratch {
  float *dh, *dh_next, *dc;    /* (rows, padded) */
  float *h_keep, *x_keep;      /* (rows, 4, padded), (rows, 4, D padded)   dropout factors */
  int64_t *first_real;         /* (rows)   the first real step, T if none */
  const float **da;            /* (block·rows)   rows of da, and */
  float **dx;                  /* (block·rows)   the rows of d_x that come of them */
  int64_t size, block, x_padded;

  BackwardScratch(const Layout &y, const Inputs &in, int64_t rows, char *memory) {
    bool dropout = has_dropout(in);
    block = steps_that_fill_tiles(rows);
    x_padded = (y.l.D + WIDTH - 1) / WIDTH * WIDTH;
    Pieces pieces(memory);
    dh = pieces.take<float>(rows * y.padded);
    dh_next = pieces.take<float>(rows * y.padded);
    dc = pieces.take<float>(rows * y.padded);
    h_keep = pieces.take<float>(dropout ? rows * 4 * y.padded : 0);
    x_keep = pieces.take<float>(dropout ? rows * 4 * x_padded : 0);
    first_real = pieces.take<int64_t>(rows);
    da = pieces.take<const float *>(block * rows);
    dx = pieces.take<float *>(block * rows);
    size = pieces.size();
  }
};

/* Go back through everything after the matrix products, for one row: da (P·panel) and dc_prev from dh and dc. */
template <Cell CELL>
static void retreat(const Layout &y, const Inputs &in, const Gradients &grad, const BackwardScratch &scratch, Rows rows,
                    int64_t s, int64_t r) {
  const Lstm l = known<CELL>(y.l);
  const int64_t V = WIDTH, n = rows.begin + r, last = s == l.T - 1;
  const float *saved = grad.saved + y.saved_gates(rows.m, s, n), *saved_c = grad.saved + y.saved_c(rows.m, s, n);
  const float *saved_c_prev = s ? grad.saved + y.saved_c(rows.m, s - 1, n) : nullptr;
  const float *c0 = in.c0 ? in.c0 + (rows.m * l.N + n) * l.H : nullptr;
  const float *peephole = in.peephole_kernel ? in.peephole_kernel + rows.m * 3 * l.H : nullptr;
  const float *d_output = nullptr;
  if (grad.d_output && (l.return_sequences || last))
    d_output = grad.d_output + (l.return_sequences ? y.row(rows.m, n, s) : rows.m * l.N + n) * l.H;
  float *da = grad.da + y.saved_gates(rows.m, s, n);
  const bool real = Masks{y, in.mask, rows.m}.real(n, s);
  if (!real && (l.zero_output_for_mask || s < scratch.first_real[r])) d_output = nullptr; /* zeros were shown */

  for (int64_t p = 0; p < y.P; p++, saved += y.panel, da += y.panel) {
    const int64_t unit = p * V, units = y.units(p);
    Vector dh = load(scratch.dh + r * y.padded + unit), dc = load(scratch.dc + r * y.padded + unit);
    if (d_output) dh += load(d_output + unit, units);
    if (!real) { /* the state went through as it was */
      store(scratch.dh + r * y.padded + unit, dh);
      for (int g = 0; g < 4; g++) store(da + g * V, Vector{});
      continue;
    }
    const Vector i = load(saved), f = load(saved + V), z = load(saved + 2 * V), o = load(saved + 3 * V), zero = {};
    const Vector c_prev = saved_c_prev ? load(saved_c_prev + unit) : c0 ? load(c0 + unit, units) : zero;
    const Vector φ_c = activate(l.output_activation, load(saved_c + unit));

    /* h = o·φ_out(c) */
    Vector da_o = l.output_gate ? dh * φ_c * derivative(l.gate_activation, o) : zero;
    dc = multiply_add(dh * o, derivative(l.output_activation, φ_c), dc);
    if (CELL == OTHER && peephole && l.output_gate) /* without a gate its weights are not read, were they NaN */
      dc = multiply_add(load(peephole + 2 * l.H + unit, units), da_o, dc);

    /* c = f·c_prev + i·z */
    Vector di = dc * z, df = dc * c_prev, dz = dc * i;
    if (l.coupled) di -= df; /* f = 1 − i */
    Vector da_i = l.input_gate ? di * derivative(l.gate_activation, i) : zero;
    Vector da_f = l.forget_gate && !l.coupled ? df * derivative(l.gate_activation, f) : zero;
    Vector da_z = dz * derivative(l.input_activation, z);
    Vector dc_prev = dc * f;
    if (CELL == OTHER && peephole) {
      if (l.input_gate) dc_prev = multiply_add(load(peephole + unit, units), da_i, dc_prev);
      if (l.forget_gate && !l.coupled) dc_prev = multiply_add(load(peephole + l.H + unit, units), da_f, dc_prev);
    }
    store(scratch.dc + r * y.padded + unit, dc_prev);
    store(da, da_i), store(da + V, da_f), store(da + 2 * V, da_z), store(da + 3 * V, da_o);
  }
}

/* da·weightsᵀ for `count` rows: write(row, first column, how many, a vector of the result) takes each piece.

   With dropout each gate's part is multiplied by its own factors, keep (row, 4, padded), before they are added. */
template <int FACTORS, class F>
static void through_weights(const Layout &y, const float *const *da, int64_t count, const float *packed,
                            int64_t columns, const float *keep, int64_t rows, int64_t padded, F write) {
  const int64_t V = WIDTH, full = y.l.H / V, tail = y.l.H % V, K = 4 * y.l.H;
  in_columns(columns, [&](int64_t column, auto vectors) {
    constexpr int COLUMNS = decltype(vectors)::value;
    const float *weights = packed + column * K;
    in_blocks(count, [&](int64_t first, auto block) {
      constexpr int ROWS = decltype(block)::value;
      Vector sum[ROWS][COLUMNS] = {};
      const auto add = [&](Vector(&acc)[ROWS][COLUMNS], int64_t in_da, int64_t in_weights, int64_t length) {
        const float *a[ROWS];
        for (int r = 0; r < ROWS; r++) a[r] = da[first + r] + in_da;
        multiply_add<ROWS, COLUMNS>(acc, length, a, weights + in_weights * COLUMNS * V);
      };
      if (FACTORS == 1) {
        add(sum, 0, 0, full * y.panel);
        for (int64_t g = 0; tail && g < 4; g++) add(sum, full * y.panel + g * V, full * y.panel + g * tail, tail);
      } else {
        for (int64_t g = 0; g < 4; g++) {
          Vector part[ROWS][COLUMNS] = {};
          for (int64_t p = 0; p < y.P; p++) add(part, p * y.panel + g * V, p * y.panel + g * y.units(p), y.units(p));
          for (int r = 0; r < ROWS; r++)
            for (int j = 0; j < COLUMNS; j++) {
              const float *factors = keep + ((first + r) % rows * 4 + g) * padded + column + j * V;
              sum[r][j] = multiply_add(part[r][j], load(factors), sum[r][j]);
            }
        }
      }
      for (int r = 0; r < ROWS; r++)
        for (int j = 0; j < COLUMNS; j++) write(first + r, column + j * V, columns - column - j * V, sum[r][j]);
    });
  });
}

template <int FACTORS>
static void backward_rows(const Layout &y, const Inputs &in, const Gradients &grad, const float *packed, Rows rows,
                          BackwardScratch &scratch) {
  const Lstm &l = y.l;
  const int64_t count = rows.end - rows.begin;
  const Masks masks{y, in.mask, rows.m};
  const Cell cell = cell_of(l, in);
  const auto retreat_cell = cell == STANDARD ? retreat<STANDARD> : cell == ARTICLE ? retreat<ARTICLE> : retreat<OTHER>;
  const float *packed_kernel = packed + padded_columns(l.H) * 4 * l.H;

  /* What is known after the last step: dh, dc; then each row's first real step, and its dropout factors. */
  for (int64_t r = 0; r < count; r++) {
    const int64_t row = rows.m * l.N + rows.begin + r;
    load_row(scratch.dh + r * y.padded, grad.d_h, row, l.H, y.padded);
    load_row(scratch.dc + r * y.padded, grad.d_c, row, l.H, y.padded);
    if (l.T == 0 && !l.return_sequences && !in.mask && grad.d_output)
      for (int64_t k = 0; k < l.H; k++) scratch.dh[r * y.padded + k] += grad.d_output[row * l.H + k];
    int64_t &first_real = scratch.first_real[r] = 0;
    while (first_real < l.T && !masks.real(rows.begin + r, first_real)) first_real++;
    for (int64_t g = 0; FACTORS == 4 && g < 4; g++) {
      const int64_t factors = g * l.M * l.N + row;
      load_factors(scratch.h_keep + (r * 4 + g) * y.padded, in.recurrent_keep, factors, l.H, y.padded);
      load_factors(scratch.x_keep + (r * 4 + g) * scratch.x_padded, in.input_keep, factors, l.D, scratch.x_padded);
    }
  }

  for (int64_t s = l.T - 1, waiting = 0; s >= 0; s--) {
    const float **da = scratch.da + waiting * count;
    for (int64_t r = 0; r < count; r++) {
      retreat_cell(y, in, grad, scratch, rows, s, r);
      da[r] = grad.da + y.saved_gates(rows.m, s, rows.begin + r);
      if (grad.d_x) scratch.dx[waiting * count + r] = grad.d_x + y.row(rows.m, rows.begin + r, y.time(s)) * l.D;
    }

    /* a = … + h_prev·recurrent_kernel: dh_prev = da·recurrent_kernelᵀ */
    through_weights<FACTORS>(y, da, count, packed, l.H, scratch.h_keep, count, y.padded,
                             [&](int64_t r, int64_t column, int64_t, Vector dh_prev) {
                               if (!masks.real(rows.begin + r, s)) dh_prev = load(scratch.dh + r * y.padded + column);
                               if (column < y.padded) store(scratch.dh_next + r * y.padded + column, dh_prev);
                             });
    float *dh = scratch.dh;
    scratch.dh = scratch.dh_next, scratch.dh_next = dh;

    /* a = x·kernel + …: dx = da·kernelᵀ, for as many steps at once as fill the tiles */
    if (++waiting < scratch.block && s > 0) continue;
    if (grad.d_x)
      through_weights<FACTORS>(y, scratch.da, waiting * count, packed_kernel, l.D, scratch.x_keep, count,
                               scratch.x_padded, [&](int64_t r, int64_t column, int64_t columns, Vector dx) {
                                 if (columns > 0) store(scratch.dx[r] + column, dx, columns);
                               });
    waiting = 0;
  }

  for (int64_t r = 0; r < count; r++) {
    const int64_t row = rows.m * l.N + rows.begin + r;
    if (grad.d_h0) copy(grad.d_h0 + row * l.H, scratch.dh + r * y.padded, l.H);
    if (grad.d_c0) copy(grad.d_c0 + row * l.H, scratch.dc + r * y.padded, l.H);
  }
}

static void backward(const Layout &y, const Inputs &in, const Gradients &grad, const float *packed, Rows rows,
                     char *memory) {
  BackwardScratch scratch(y, in, rows.end - rows.begin, memory);
  const bool dropout = has_dropout(in);
  (dropout ? backward_rows<4> : backward_rows<1>)(y, in, grad, packed, rows, scratch);
}

} /* namespace VECTORS */
