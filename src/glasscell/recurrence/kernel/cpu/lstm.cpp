/* The whole of a forward or a backward: pack the weights, deal the rows out, then sum the weights' gradients. */

#include "lstm.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "layout.h"
#include "threads.h"

namespace baseline {
extern const glasscell::InstructionSet instruction_set;
}
#if defined(__x86_64__)
namespace avx2 {
extern const glasscell::InstructionSet instruction_set;
}
namespace avx512 {
extern const glasscell::InstructionSet instruction_set;
}
#endif

namespace glasscell {
namespace {

const InstructionSet &choose() {
#if defined(__x86_64__)
  const char *asked = getenv("GLASSCELL_VECTORS");
  const bool no_avx2 = asked && !strcmp(asked, "baseline"), no_avx512 = no_avx2 || (asked && !strcmp(asked, "avx2"));
  if (!no_avx512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return avx512::instruction_set;
  if (!no_avx2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::instruction_set;
#endif
  return baseline::instruction_set;
}

const InstructionSet &instruction_set() {
  static const InstructionSet &chosen = choose();
  return chosen;
}

/* Memory that ends with its scope. */
class Scratch {
 public:
  explicit Scratch(int64_t bytes) : memory((char *)aligned_alloc(64, (bytes + 127) / 64 * 64)) {}
  ~Scratch() { free(memory); }
  Scratch(const Scratch &) = delete;
  char *memory;
};

/* Large arrays that are about to be written for the first time come in large pages: fewer faults. */
void expect_large_pages(float *array, int64_t count) {
#if defined(__linux__)
  const uintptr_t page = 1 << 21, begin = ((uintptr_t)array + page - 1) / page * page;
  const uintptr_t end = (uintptr_t)(array + count) / page * page;
  if (array && end > begin) madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#endif
}

int64_t at_most(int64_t most, int64_t v) { return v < most ? v : most; }

/* What each of `parts` parts of `whole` needs at most: they differ by one, and the smaller may need more, for it takes
   more steps at once. */
template <class F> int64_t scratch_for_any_part(int64_t whole, int64_t parts, F size) {
  const int64_t smaller = size(whole / parts), larger = size((whole + parts - 1) / parts);
  return smaller > larger ? smaller : larger;
}

/* A thread more is worth its waking up for some tens of microseconds of work. */
int worthwhile_threads(const Layout &y) {
  const double work = 8. * y.l.M * y.l.N * y.l.T * y.inner * y.l.H, enough = 2e6;
  return int(at_most(y.l.threads > 1 ? y.l.threads : 1, int64_t(1 + work / enough)));
}

/* In how many pieces to deal out `whole`, when M networks are dealt out to `threads` anyway. */
int64_t pieces(int64_t whole, int64_t M, int64_t threads) {
  const int64_t wanted = (threads + M - 1) / M;
  return wanted < 1 || whole < 1 ? 1 : at_most(whole, wanted);
}

/* In how many pieces to deal out the series of each network: one for each thread, or more, so that the state of those
   in one piece stays in the L2 cache. */
int64_t pieces_of_series(const Layout &y, int64_t threads) {
  const int64_t enough = pieces(y.l.N, y.l.M, threads), floats = 1 << 15;
  const int64_t small = (y.l.N * y.padded + floats - 1) / floats;
  return small <= enough ? enough : at_most(y.l.N, (small + threads - 1) / threads * threads);
}

} /* namespace */

const char *vectors() { return instruction_set().name; }

int64_t saved_size(const Lstm &l) { return Layout(l, instruction_set().width).saved(); }

int64_t packed_size(const Lstm &l) {
  return l.M * instruction_set().forward_weights(Layout(l, instruction_set().width));
}

void pack(const Lstm &l, const Inputs &in, float *packed) {
  const InstructionSet &set = instruction_set();
  const Layout y(l, set.width);
  parallel(worthwhile_threads(y), l.M * y.P, [&](int64_t index, int) {
    set.pack_forward(y, in, index / y.P, index % y.P, packed + index / y.P * set.forward_weights(y));
  });
}

bool forward(const Lstm &l, const Inputs &in, const Outputs &out) {
  if (l.M == 0) return true;
  const InstructionSet &set = instruction_set();
  const Layout y(l, set.width);
  const int threads = worthwhile_threads(y);
  const int64_t parts = pieces_of_series(y, threads), weights = set.forward_weights(y);
  const int64_t scratch_size =
      scratch_for_any_part(l.N, parts, [&](int64_t rows) { return set.forward_scratch(y, in, rows); });
  Scratch packed(in.packed ? 0 : l.M * weights * int64_t(sizeof(float))), scratch(threads * scratch_size);
  if (!packed.memory || !scratch.memory) return false;
  expect_large_pages(out.saved, y.saved());
  if (!in.packed) pack(l, in, (float *)packed.memory);
  const float *packed_weights = in.packed ? in.packed : (const float *)packed.memory;

  parallel(threads, l.M * parts, [&](int64_t index, int slot) {
    const int64_t m = index / parts, part = index % parts;
    const Rows rows = {m, l.N * part / parts, l.N * (part + 1) / parts};
    set.forward(y, in, out, packed_weights + m * weights, rows, scratch.memory + slot * scratch_size);
  });
  return true;
}

bool backward(const Lstm &l, const Inputs &in, const Gradients &grad) {
  if (l.M == 0) return true;
  const InstructionSet &set = instruction_set();
  const Layout y(l, set.width);
  const int threads = worthwhile_threads(y);
  const int64_t parts = pieces_of_series(y, threads), weights = set.backward_weights(y);
  const int64_t rows_scratch =
      scratch_for_any_part(l.N, parts, [&](int64_t rows) { return set.backward_scratch(y, in, rows); });
  const int64_t panel_parts = pieces(y.P, l.M, threads);
  const int64_t row_parts = pieces(y.inner + 1, l.M * panel_parts, y.P % panel_parts ? 2 * threads : threads);
  const int64_t sum_scratch = set.weight_scratch(y, in, (y.P + panel_parts - 1) / panel_parts,
                                                 (y.inner + row_parts) / row_parts);
  const int64_t scratch_size = rows_scratch > sum_scratch ? rows_scratch : sum_scratch;
  Scratch packed(l.M * weights * int64_t(sizeof(float))), scratch(threads * scratch_size);
  if (!packed.memory || !scratch.memory) return false;
  if (grad.da != grad.saved) expect_large_pages(grad.da, y.saved());
  float *packed_weights = (float *)packed.memory;

  parallel(threads, l.M * y.P, [&](int64_t index, int) {
    set.pack_backward(y, in, index / y.P, index % y.P, packed_weights + index / y.P * weights);
  });
  parallel(threads, l.M * parts, [&](int64_t index, int slot) {
    const int64_t m = index / parts, part = index % parts;
    const Rows rows = {m, l.N * part / parts, l.N * (part + 1) / parts};
    set.backward(y, in, grad, packed_weights + m * weights, rows, scratch.memory + slot * scratch_size);
  });
  parallel(threads, l.M * panel_parts * row_parts, [&](int64_t index, int slot) {
    const int64_t m = index / (panel_parts * row_parts), panel_part = index / row_parts % panel_parts;
    const int64_t row_part = index % row_parts, rows = y.inner + 1;
    const WeightBlock block = {m, y.P * panel_part / panel_parts, y.P * (panel_part + 1) / panel_parts,
                               rows * row_part / row_parts, rows * (row_part + 1) / row_parts};
    set.weight_gradients(y, in, grad, block, scratch.memory + slot * scratch_size);
  });
  return true;
}

} /* namespace glasscell */
