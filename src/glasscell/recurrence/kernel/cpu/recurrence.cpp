/* The recurrence, forward and hand-derived backward, for some series (rows) of one network.

   N series · T steps · D features · H units · P panels of V units (layout.h)

   z block input · i input gate · f forget gate · o output gate · c memory cell · h hidden state
   one step (cell.py):   a = x·kernel + h_prev·recurrent_kernel + bias
                         i = σ(a_i + p_i·c_prev)    f = σ(a_f + p_f·c_prev), or 1 − i if coupled    z = φ_in(a_z)
                         c = f·c_prev + i·z         o = σ(a_o + p_o·c)                              h = o·φ_out(c)
   A d in front of a name is the gradient of the loss with respect to it.

   Compiled once for each instruction set, with VECTORS its name. */

#include "activations.h"
#include "layout.h"
#include "packing.h"
#include "tile.h"
#include "weight_gradients.h"

namespace VECTORS {

using namespace glasscell;

/* Which cells there is code of their own for: the standard one, the article's, and all others. */
enum Cell { STANDARD, ARTICLE, OTHER };

static Cell cell_of(const Lstm &l, const Inputs &in) {
  bool plain = l.input_gate && l.forget_gate && l.output_gate && !l.coupled && !in.peephole_kernel &&
               l.input_activation == TANH && l.gate_activation == SIGMOID;
  return !plain ? OTHER : l.output_activation == TANH ? STANDARD : l.output_activation == LINEAR ? ARTICLE : OTHER;
}

template <Cell CELL> INLINE Lstm known(Lstm l) {
  if (CELL == OTHER) return l;
  l.input_gate = l.forget_gate = l.output_gate = true;
  l.coupled = false;
  l.input_activation = TANH;
  l.gate_activation = SIGMOID;
  l.output_activation = CELL == STANDARD ? TANH : LINEAR;
  return l;
}

/* Whether a step of a series is real. */
struct Masks {
  const Layout &y;
  const unsigned char *mask;
  int64_t m;
  bool real(int64_t n, int64_t s) const { return !mask || mask[y.row(m, n, y.time(s))]; }
};

/* How many steps of few rows fill the tiles as one step of many rows does. */
static int64_t steps_that_fill_tiles(int64_t rows) { return rows > 0 ? (4 * MAX_ROWS + rows - 1) / rows : 1; }

/* ------------------------------------------------------------------------------------------------ forward */

struct ForwardScratch {
  const float **x;                  /* (block·rows)             the rows of x that a block of steps reads */
  float *h, *h_next, *c;            /* (rows, padded)           the state */
  float *a;                         /* (block·rows, P·panel)    x·kernel + bias, where it is computed beforehand */
  float *x_keep, *x_kept;           /* (rows, 4D), (block·rows, 4D)   dropout factors, and x times them, by k and gate */
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
   rows are `row_size` apart, and the gates in them `gate_size`. */
template <Cell CELL>
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
      float *row = gates + r * y.gates;
      store(row, i), store(row + V, f), store(row + 2 * V, z), store(row + 3 * V, o);
      store(saved_c + r * y.padded, c);
      store(saved_h + r * y.padded, h);
    }
  }
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
  const auto advance_cell = cell == STANDARD ? advance<STANDARD> : cell == ARTICLE ? advance<ARTICLE> : advance<OTHER>;
  const float *bias = packed + y.P * y.inner * y.panel;

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
    for (int64_t j = 0; j < steps; j++)
      for (int64_t r = 0; r < count; r++) {
        const float *x = in.x + y.row(rows.m, rows.begin + r, y.time(start + j)) * l.D;
        if (FACTORS == 4) x = spread(scratch.x_kept + (j * count + r) * 4 * l.D, x, scratch.x_keep + r * 4 * l.D, l.D);
        scratch.x[j * count + r] = x;
      }
    if (scratch.block > 1)
      in_panels<FACTORS>(y, steps * count, [&](int64_t p, auto vectors, int64_t first, auto block) {
        constexpr int ROWS = decltype(block)::value, COLUMNS = decltype(vectors)::value;
        Vector a[ROWS][COLUMNS];
        for (int r = 0; r < ROWS; r++)
          for (int j = 0; j < COLUMNS; j++) a[r][j] = load(bias + p * y.panel + j * V);
        multiply_add<ROWS, COLUMNS, FACTORS>(a, l.D, scratch.x + first, packed + p * y.inner * y.panel);
        for (int r = 0; r < ROWS; r++)
          for (int j = 0; j < COLUMNS; j++) store(scratch.a + ((first + r) * y.P + p) * y.panel + j * V, a[r][j]);
      });

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

/* ------------------------------------------------------------------------------------------------ backward */

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
    if (CELL == OTHER && peephole) dc = multiply_add(load(peephole + 2 * l.H + unit, units), da_o, dc);

    /* c = f·c_prev + i·z */
    Vector di = dc * z, df = dc * c_prev, dz = dc * i;
    if (l.coupled) di -= df; /* f = 1 − i */
    Vector da_i = l.input_gate ? di * derivative(l.gate_activation, i) : zero;
    Vector da_f = l.forget_gate && !l.coupled ? df * derivative(l.gate_activation, f) : zero;
    Vector da_z = dz * derivative(l.input_activation, z);
    Vector dc_prev = dc * f;
    if (CELL == OTHER && peephole) {
      dc_prev = multiply_add(load(peephole + unit, units), da_i, dc_prev);
      dc_prev = multiply_add(load(peephole + l.H + unit, units), da_f, dc_prev);
    }
    store(scratch.dc + r * y.padded + unit, dc_prev);
    store(da, da_i), store(da + V, da_f), store(da + 2 * V, da_z), store(da + 3 * V, da_o);
  }
}

/* da·weightsᵀ for `count` rows: write(row, first column, how many, a vector of the result) takes each piece.

   With dropout each gate's part is multiplied by its own factors, keep (row, 4, padded), before they are added. */
template <int FACTORS, class F>
static void through_weights(const Layout &y, const float *const *da, int64_t count, const float *packed, int64_t columns,
                            const float *keep, int64_t rows, int64_t padded, F write) {
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

extern const InstructionSet instruction_set;
const InstructionSet instruction_set = {
    VECTORS_NAME,
    WIDTH,
    forward_weights,
    backward_weights,
    pack_forward,
    pack_backward,
    [](const Layout &y, const Inputs &in, int64_t rows) { return ForwardScratch(y, in, rows, nullptr).size; },
    [](const Layout &y, const Inputs &in, int64_t rows) { return BackwardScratch(y, in, rows, nullptr).size; },
    [](const Layout &y, const Inputs &in, int64_t panels, int64_t rows) {
      return WeightScratch(y, in, panels, rows, nullptr).size;
    },
    forward,
    backward,
    weight_gradients,
};

} /* namespace VECTORS */
