/* Small matrix products whose result stays in registers: ROWS rows × COLUMNS vectors of an output.

   All of the time of an LSTM that is not spent in activations is spent in the two loops over k below. Every element
   of a result is one chain of multiply-adds in the order of k, so it does not depend on how rows are dealt out. */

#pragma once
#include "vector.h"

namespace VECTORS {

constexpr int MAX_ROWS = REGISTERS == 32 ? 6 : 3; /* 6·4 accumulators, 4 weights and a broadcast: 29 registers */

template <int N> struct Constant {
  static constexpr int value = N;
};

/* Call f with the compile-time constant that `n` (1 … MAX_ROWS) is. */
template <class F, int N = MAX_ROWS> INLINE void with_rows(int n, F f) {
  if (n == N) return f(Constant<N>());
  if constexpr (N > 1) with_rows<F, N - 1>(n, f);
}

/* Deal `rows` rows out in blocks of nearly equal size, MAX_ROWS at most: call f(first row, how many). */
template <class F> INLINE void in_blocks(int64_t rows, F f) {
  int64_t blocks = (rows + MAX_ROWS - 1) / MAX_ROWS;
  for (int64_t b = 0; b < blocks; b++) {
    int64_t first = rows * b / blocks, end = rows * (b + 1) / blocks;
    with_rows(int(end - first), [&](auto count) { f(first, count); });
  }
}

/* How many steps of few rows fill the tiles as one step of many rows does. */
static int64_t steps_that_fill_tiles(int64_t rows) { return rows > 0 ? (4 * MAX_ROWS + rows - 1) / rows : 1; }

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

/* acc += a·b, where row r of a lies at a[r], and b is (K, COLUMNS·WIDTH).

   With FACTORS = 4 each k has four values in a, one for each column of the tile: h as each of the four gates sees it
   under dropout. */
template <int ROWS, int COLUMNS, int FACTORS = 1>
INLINE void multiply_add(Vector (&acc)[ROWS][COLUMNS], int64_t K, const float *const *a, const float *b) {
  const float *row[ROWS];
#pragma GCC unroll 8
  for (int r = 0; r < ROWS; r++) row[r] = a[r];
  for (int64_t k = 0; k < K; k++, b += COLUMNS * WIDTH) {
    Vector weights[COLUMNS];
#pragma GCC unroll 4
    for (int j = 0; j < COLUMNS; j++) weights[j] = load(b + j * WIDTH);
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
      for (int j = 0; j < COLUMNS; j++)
        acc[r][j] = multiply_add(broadcast(row[r][FACTORS == 1 ? k : 4 * k + j]), weights[j], acc[r][j]);
  }
}

/* acc += aᵀ·b, where a is (K, a_stride), of which ROWS neighbouring columns are used, and b is (K, b_stride), of which
   COLUMNS·WIDTH are. */
template <int ROWS, int COLUMNS, int FACTORS>
INLINE void multiply_transposed_add(Vector (&acc)[ROWS][COLUMNS], int64_t K, const float *a, int64_t a_stride,
                                    const float *b, int64_t b_stride) {
  for (int64_t k = 0; k < K; k++, a += a_stride, b += b_stride) {
    Vector weights[COLUMNS];
#pragma GCC unroll 4
    for (int j = 0; j < COLUMNS; j++) weights[j] = load(b + j * WIDTH);
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
      for (int j = 0; j < COLUMNS; j++)
        acc[r][j] = multiply_add(broadcast(a[FACTORS == 1 ? r : 4 * r + j]), weights[j], acc[r][j]);
  }
}

} /* namespace VECTORS */
