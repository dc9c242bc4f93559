/* What others than TensorFlow call: the core's forward, with C's names, for core.py, which has the same structs. */

#include "cpu/lstm.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

using namespace glasscell;

EXPORTED const char *glasscell_vectors() { return vectors(); }

/* Whether the structs are as large as the caller's: a library built from other sources is not called at all. */
EXPORTED int glasscell_knows(int64_t lstm, int64_t inputs, int64_t outputs) {
  return lstm == sizeof(Lstm) && inputs == sizeof(Inputs) && outputs == sizeof(Outputs);
}

EXPORTED int64_t glasscell_packed_size(const Lstm *l) { return packed_size(*l); }
EXPORTED void glasscell_pack(const Lstm *l, const Inputs *in, float *packed) { pack(*l, *in, packed); }

/* 0 where there is no memory. */
EXPORTED int glasscell_forward(const Lstm *l, const Inputs *in, const Outputs *out) { return forward(*l, *in, *out); }
