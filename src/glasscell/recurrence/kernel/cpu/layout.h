/* Where things lie: the arrays of a caller, and our own.

   P panels of V units; the last may be part empty. A panel of a matrix with 4H columns holds the columns of its units
   side by side, [i f z o] of V floats each, so that a register tile holds all four gates of the same units. Where
   weights are multiplied the last panel is closed up, [i f z o] of as many floats as it has units: fewer vectors. */

#pragma once
#include "lstm.h"

namespace glasscell {

struct Layout {
  Lstm l;
  int64_t V, P, panel, padded, gates, inner;

  Layout(const Lstm &lstm, int width) : l(lstm), V(width) {
    P = (l.H + V - 1) / V;
    panel = 4 * V;
    padded = P * V;                                 /* a row of c or h */
    gates = P * panel + (P * panel % 1024 ? 0 : 16); /* a row of gates: not 4 KB apart, or rows evict each other */
    inner = l.D + l.H;                              /* rows of [kernel; recurrent_kernel] */
  }

  /* Units in panel p. */
  int64_t units(int64_t p) const { return p < P - 1 ? V : l.H - p * V; }

  /* Where gate g of panel p begins once the panel is closed up (`close` false: nothing is), and its vectors then. */
  int64_t gate(int64_t p, int64_t g, bool close) const { return g * (close ? units(p) : V); }
  int64_t vectors(int64_t p, bool close) const { return close ? (4 * units(p) + V - 1) / V : 4; }

  /* Step s in the order of reading stands at this place in time. */
  int64_t time(int64_t s) const { return l.go_backwards ? l.T - 1 - s : s; }

  /* Row of an (M, N, T, …) array, (M, T, N, …) with time_major. */
  int64_t row(int64_t m, int64_t n, int64_t t) const {
    return l.time_major ? (m * l.T + t) * l.N + n : (m * l.N + n) * l.T + t;
  }

  /* `saved` holds i, f, z, o in panels, then c, then h, each in rows (M, T, N) in the order of reading. */
  int64_t saved_row(int64_t m, int64_t s, int64_t n) const { return (m * l.T + s) * l.N + n; }
  int64_t saved_gates(int64_t m, int64_t s, int64_t n) const { return saved_row(m, s, n) * gates; }
  int64_t saved_c(int64_t m, int64_t s, int64_t n) const {
    return l.M * l.T * l.N * gates + saved_row(m, s, n) * padded;
  }
  int64_t saved_h(int64_t m, int64_t s, int64_t n) const {
    return l.M * l.T * l.N * (gates + padded) + saved_row(m, s, n) * padded;
  }
  int64_t saved() const { return l.M * l.T * l.N * (gates + 2 * padded); }
};

/* Cuts one piece of memory into arrays. With no memory it only measures how much they need. */
class Pieces {
 public:
  explicit Pieces(char *memory) : start(memory) {}
  template <class T> T *take(int64_t count) {
    T *piece = start ? (T *)(start + used) : nullptr;
    used += (count * int64_t(sizeof(T)) + 63) / 64 * 64;
    return piece;
  }
  int64_t size() const { return used; }

 private:
  char *start;
  int64_t used = 0;
};

/* What one instruction set offers. Each call does one piece of work that needs none of the others of its kind. */
struct Rows {
  int64_t m, begin, end; /* these series of network m */
};

struct WeightBlock {
  int64_t m, panel_begin, panel_end; /* these units of network m, */
  int64_t row_begin, row_end;        /* and these of the D + H + 1 rows [kernel; recurrent_kernel; bias] */
};

struct InstructionSet {
  const char *name;
  int width;
  int64_t (*forward_weights)(const Layout &);  /* floats of one network's packed weights */
  int64_t (*backward_weights)(const Layout &);
  void (*pack_forward)(const Layout &, const Inputs &, int64_t m, int64_t p, float *packed);
  void (*pack_backward)(const Layout &, const Inputs &, int64_t m, int64_t p, float *packed);
  int64_t (*forward_scratch)(const Layout &, const Inputs &, int64_t rows); /* bytes */
  int64_t (*backward_scratch)(const Layout &, const Inputs &, int64_t rows);
  int64_t (*weight_scratch)(const Layout &, const Inputs &, int64_t panels, int64_t rows);
  void (*forward)(const Layout &, const Inputs &, const Outputs &, const float *packed, Rows, char *scratch);
  void (*backward)(const Layout &, const Inputs &, const Gradients &, const float *packed, Rows, char *scratch);
  void (*weight_gradients)(const Layout &, const Inputs &, const Gradients &, WeightBlock, char *scratch);
};

} /* namespace glasscell */
