/* The recurrence, forward, for some series (rows) of one network.

   N series · T steps · D features · H units · P panels of V units (layout.h)
   m a network · n a series · r a row, series rows.begin + r · s a step in the order of reading · p a panel
   y the layout · l the LSTM · j a step of its block · v a vector of a tile
   FACTORS is 4 with dropout, where each of the four gates sees an x and an h of its own, and 1 without (tile.h)

   For each step, each panel and a few rows the sums a = x·kernel + h_prev·recurrent_kernel + bias are made in
   registers, and `advance` does at once all that follows from them (cells.h): the four gates of a unit are at hand. */

#pragma once
#include "activations.h"
#include "cells.h"
#include "rows.h"
#include "tile.h"

namespace VECTORS {

struct ForwardScratch {
  const float **x;                  /* (block·rows)             the rows of x that a block of steps reads */
  float *h, *h_next, *c;            /* (rows, padded)           the state */
  float *a;                         /* (block·rows, P·panel)    x·kernel + bias, where it is computed beforehand */
  float *x_keep, *x_kept;           /* (rows, 4D), (block·rows, 4D)   dropout factors, x times them, by k and gate */
  float *h_keep, *h_kept;           /* (rows, 4·padded)         the same for h */
  unsigned char *seen;              /* (rows)                   whether a real step has come */
  int64_t size, block;

  ForwardScratch(const Layout &y, const Inputs &in, int64_t rows, char *memory) {
    bool dropout = has_dropout(in);
    block = rows >= 2 * MAX_ROWS ? 1 : steps_that_fill_tiles(rows);
    Pieces pieces(memory);
    x = pieces.take<const float *>(block * rows);
    h = pieces.take<float>(rows * y.padded);
    h_next = pieces.take<float>(rows * y.padded);
    c = pieces.take<float>(rows * y.padded);
    a = pieces.take<float>(block == 1 ? 0 : block * rows * y.P * y.panel);
    x_keep = pieces.take<float>(dropout ? rows * 4 * y.l.D : 0);
    x_kept = pieces.take<float>(dropout ? block * rows * 4 * y.l.D : 0);
    h_keep = pieces.take<float>(dropout ? rows * 4 * y.padded : 0);
    h_kept = pieces.take<float>(dropout ? rows * 4 * y.padded : 0);
    seen = pieces.take<unsigned char>(rows);
    size = pieces.size();
  }
};

/* Everything after the matrix products, for `count` rows of panel p: h, c and what is saved, from a (count, …), whose
   rows are `row_size` apart, and the gates in them `gate_size`. With STREAMED what is saved goes past the caches. */
template <Cell CELL, bool STREAMED>
static void advance(const Layout &y, const Inputs &in, const Outputs &out, const ForwardScratch &scratch, Rows rows,
                    int64_t s, int64_t p, int64_t first, int64_t count, const float *a, int64_t row_size,
                    int64_t gate_size) {
  const Lstm l = known<CELL>(y.l);
  const int64_t V = WIDTH, unit = p * V, units = y.units(p);
  const Masks masks{y, in.mask, rows.m};
  const Vector one = broadcast(1.f);
  Vector p_i = {}, p_f = {}, p_o = {};
  if (CELL == OTHER && in.peephole_kernel) {
    const float *peephole = in.peephole_kernel + rows.m * 3 * l.H + unit;
    p_i = load(peephole, units), p_f = load(peephole + l.H, units), p_o = load(peephole + 2 * l.H, units);
  }
  const int64_t n = rows.begin + first, at = first * y.padded + unit;
  const float *h_now = scratch.h + at;
  float *h_next = scratch.h_next + at, *c_now = scratch.c + at, *output = nullptr;
  if (l.return_sequences) output = out.output + y.row(rows.m, n, s) * l.H + unit;
  else if (s == l.T - 1) output = out.output + (rows.m * l.N + n) * l.H + unit;
  const int64_t output_stride = l.H * (l.return_sequences && !l.time_major ? l.T : 1);
  float *gates = nullptr, *saved_c = nullptr, *saved_h = nullptr;
  if (out.saved) {
    gates = out.saved + y.saved_gates(rows.m, s, n) + p * y.panel;
    saved_c = out.saved + y.saved_c(rows.m, s, n) + unit;
    saved_h = out.saved + y.saved_h(rows.m, s, n) + unit;
  }
  for (int64_t r = 0; r < count; r++, a += row_size) {
    const Vector c_prev = load(c_now + r * y.padded);
    Vector a_i = load(a), a_f = load(a + gate_size), a_z = load(a + 2 * gate_size), a_o = load(a + 3 * gate_size);
    if (CELL == OTHER && in.peephole_kernel) {
      a_i = multiply_add(p_i, c_prev, a_i);
      a_f = multiply_add(p_f, c_prev, a_f);
    }
    Vector i = l.input_gate ? activate(l.gate_activation, a_i) : one;
    Vector f = l.coupled ? one - i : l.forget_gate ? activate(l.gate_activation, a_f) : one;
    Vector z = activate(l.input_activation, a_z);
    Vector c = multiply_add(f, c_prev, i * z);
    if (CELL == OTHER && in.peephole_kernel) a_o = multiply_add(p_o, c, a_o);
    Vector o = l.output_gate ? activate(l.gate_activation, a_o) : one;
    Vector h = o * activate(l.output_activation, c);

    Vector shown = h;
    if (in.mask && !masks.real(n + r, s)) {
      c = c_prev;
      h = load(h_now + r * y.padded);
      shown = scratch.seen[first + r] && !l.zero_output_for_mask ? h : Vector{};
    }
    store(c_now + r * y.padded, c);
    store(h_next + r * y.padded, h);
    if (output) store(output + r * output_stride, shown, units);
    if (gates) {
      const auto save = [](float *p, Vector v) { STREAMED ? stream(p, v) : store(p, v); };
      float *row = gates + r * y.gates;
      save(row, i), save(row + V, f), save(row + 2 * V, z), save(row + 3 * V, o);
      save(saved_c + r * y.padded, c);
      save(saved_h + r * y.padded, h);
    }
  }
}

template <bool STREAMED> static auto advance_of(Cell cell) {
  return cell == STANDARD  ? advance<STANDARD, STREAMED>
         : cell == ARTICLE ? advance<ARTICLE, STREAMED>
                           : advance<OTHER, STREAMED>;
}

/* Call f(panel, its vectors, first row, how many) for all register tiles of `count` rows and all panels. */
template <int FACTORS, class F> INLINE void in_panels(const Layout &y, int64_t count, F f) {
  for (int64_t p = 0; p < y.P; p++)
    with_vectors(y.vectors(p, FACTORS == 1), [&](auto vectors) {
      in_blocks(count, [&](int64_t first, auto block) { f(p, vectors, first, block); });
    });
}

template <int FACTORS>
static void forward_rows(const Layout &y, const Inputs &in, const Outputs &out, const float *packed, Rows rows,
                         ForwardScratch &scratch) {
  const Lstm &l = y.l;
  const int64_t V = WIDTH, count = rows.end - rows.begin;
  const Cell cell = cell_of(l, in);
  /* What does not stay in the caches until the backward reads it would only evict what does. */
  const bool lies_in_lines = (uintptr_t)out.saved % sizeof(Vector) == 0;
  const bool streamed = CAN_STREAM && out.saved && y.saved() > 1 << 22 && lies_in_lines;
  const auto advance_cell = streamed ? advance_of<true>(cell) : advance_of<false>(cell);
  const float *bias = packed + y.P * y.inner * y.panel;

  /* The state before the first step, and the dropout factors, the same for all steps. */
  for (int64_t r = 0; r < count; r++) {
    load_row(scratch.h + r * y.padded, in.h0, rows.m * l.N + rows.begin + r, l.H, y.padded);
    load_row(scratch.c + r * y.padded, in.c0, rows.m * l.N + rows.begin + r, l.H, y.padded);
    scratch.seen[r] = 0;
    if (FACTORS == 4) {
      interleave_factors(scratch.x_keep + r * 4 * l.D, in.input_keep, y, rows.m, rows.begin + r, l.D);
      interleave_factors(scratch.h_keep + r * 4 * y.padded, in.recurrent_keep, y, rows.m, rows.begin + r, l.H);
    }
  }
  for (int64_t start = 0; start < l.T; start += scratch.block) {
    const int64_t steps = l.T - start < scratch.block ? l.T - start : scratch.block;

    /* Where x of these steps lies: as the caller has it, or times its dropout factors. */
    for (int64_t j = 0; j < steps; j++)
      for (int64_t r = 0; r < count; r++) {
        const float *x = in.x + y.row(rows.m, rows.begin + r, y.time(start + j)) * l.D;
        if (FACTORS == 4) x = spread(scratch.x_kept + (j * count + r) * 4 * l.D, x, scratch.x_keep + r * 4 * l.D, l.D);
        scratch.x[j * count + r] = x;
      }

    /* x·kernel + bias of several steps at once, for one step of few series would leave the tiles nearly empty. */
    if (scratch.block > 1)
      in_panels<FACTORS>(y, steps * count, [&](int64_t p, auto vectors, int64_t first, auto block) {
        constexpr int ROWS = decltype(block)::value, COLUMNS = decltype(vectors)::value;
        Vector a[ROWS][COLUMNS];
        for (int r = 0; r < ROWS; r++)
          for (int v = 0; v < COLUMNS; v++) a[r][v] = load(bias + p * y.panel + v * V);
        multiply_add<ROWS, COLUMNS, FACTORS>(a, l.D, scratch.x + first, packed + p * y.inner * y.panel);
        for (int r = 0; r < ROWS; r++)
          for (int v = 0; v < COLUMNS; v++) store(scratch.a + ((first + r) * y.P + p) * y.panel + v * V, a[r][v]);
      });

    /* Step by step: + h_prev·recurrent_kernel, then h and c. */
    for (int64_t j = 0; j < steps; j++) {
      const int64_t s = start + j;
      if (FACTORS == 4)
        for (int64_t r = 0; r < count; r++)
          spread(scratch.h_kept + r * 4 * y.padded, scratch.h + r * y.padded, scratch.h_keep + r * 4 * y.padded, l.H);
      in_panels<FACTORS>(y, count, [&](int64_t p, auto vectors, int64_t first, auto block) {
        constexpr int ROWS = decltype(block)::value, COLUMNS = decltype(vectors)::value;
        const float *kernel = packed + p * y.inner * y.panel, *recurrent_kernel = kernel + l.D * COLUMNS * V;
        const float *h[ROWS];
        Vector a[ROWS][COLUMNS];
        for (int r = 0; r < ROWS; r++) {
          h[r] = FACTORS == 4 ? scratch.h_kept + (first + r) * 4 * y.padded : scratch.h + (first + r) * y.padded;
          const float *so_far =
              scratch.block > 1 ? scratch.a + ((j * count + first + r) * y.P + p) * y.panel : bias + p * y.panel;
          for (int v = 0; v < COLUMNS; v++) a[r][v] = load(so_far + v * V);
        }
        if (scratch.block == 1) multiply_add<ROWS, COLUMNS, FACTORS>(a, l.D, scratch.x + first, kernel);
        multiply_add<ROWS, COLUMNS, FACTORS>(a, l.H, h, recurrent_kernel);
        float sums[ROWS * COLUMNS * WIDTH + 3 * WIDTH]; /* a copy: what has an address does not stay in registers */
        for (int r = 0; r < ROWS; r++)
          for (int v = 0; v < COLUMNS; v++) store(sums + (r * COLUMNS + v) * V, a[r][v]);
        for (int v = 0; v < 3; v++) store(sums + (ROWS * COLUMNS + v) * V, Vector{}); /* read, but of no use */
        advance_cell(y, in, out, scratch, rows, s, p, first, ROWS, sums, COLUMNS * V, y.gate(p, 1, FACTORS == 1));
      });
      if (in.mask)
        for (int64_t r = 0; r < count; r++)
          scratch.seen[r] |= Masks{y, in.mask, rows.m}.real(rows.begin + r, s);
      float *h = scratch.h;
      scratch.h = scratch.h_next, scratch.h_next = h;
    }
  }

  if (streamed) finish_streams();

  /* The state after the last step, and without any step the last output, too. */
  for (int64_t r = 0; r < count; r++) {
    const int64_t row = rows.m * l.N + rows.begin + r;
    copy(out.h + row * l.H, scratch.h + r * y.padded, l.H);
    copy(out.c + row * l.H, scratch.c + r * y.padded, l.H);
    if (l.T == 0 && !l.return_sequences) load_row(out.output + row * l.H, in.mask ? nullptr : in.h0, row, l.H, l.H);
  }
}

static void forward(const Layout &y, const Inputs &in, const Outputs &out, const float *packed, Rows rows,
                    char *memory) {
  ForwardScratch scratch(y, in, rows.end - rows.begin, memory);
  const bool dropout = has_dropout(in);
  (dropout ? forward_rows<4> : forward_rows<1>)(y, in, out, packed, rows, scratch);
}

} /* namespace VECTORS */
