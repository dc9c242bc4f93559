/* WIDTH floats at a time, in whatever registers the file that includes this is compiled for.

   Products are fused or not by `multiply_add` alone (compile with -ffp-contract=off): the same numbers come out
   wherever in the loops, and in whichever thread, an element is computed. */

#pragma once
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace VECTORS {

#if defined(__AVX512F__)
constexpr int WIDTH = 16, REGISTERS = 32;
#elif defined(__AVX2__)
constexpr int WIDTH = 8, REGISTERS = 16;
#elif defined(__aarch64__)
constexpr int WIDTH = 4, REGISTERS = 32;
#else
constexpr int WIDTH = 4, REGISTERS = 16;
#endif

#define INLINE static inline __attribute__((always_inline))

typedef float Vector __attribute__((vector_size(4 * WIDTH)));
typedef int32_t Integers __attribute__((vector_size(4 * WIDTH)));

INLINE Vector load(const float *p) {
  Vector v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(float *p, Vector v) { memcpy(p, &v, sizeof v); }

/* Past the caches, to an address that is a multiple of a vector's size: for what is read only after they have been
   overwritten. `finish_streams` before another thread reads it. A vector that is no whole line of a cache takes longer
   that way than through them. */
#if defined(__AVX512F__)
constexpr bool CAN_STREAM = true;
INLINE void stream(float *p, Vector v) { _mm512_stream_ps(p, (__m512)v); }
INLINE void finish_streams() { _mm_sfence(); }
#else
constexpr bool CAN_STREAM = false;
INLINE void stream(float *p, Vector v) { store(p, v); }
INLINE void finish_streams() {}
#endif

/* The first `count` lanes only: the arrays of a caller end where they end. */
INLINE void store(float *p, Vector v, int64_t count) {
  if (count >= WIDTH) return store(p, v);
  for (int64_t lane = 0; lane < count; lane++) p[lane] = v[lane];
}

INLINE Vector broadcast(float x) { return x - Vector{}; } /* −(+0) keeps the sign of a zero */

INLINE Vector multiply_add(Vector a, Vector b, Vector c) { /* a·b + c */
#if defined(__AVX512F__)
  return (Vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
  return (Vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__)
  return (Vector)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return a * b + c;
#endif
}

/* The lesser of v and a bound, the greater of v and a bound; NaN stays NaN. */
INLINE Vector minimum(Vector v, float bound) {
#if defined(__AVX512F__)
  return (Vector)_mm512_min_ps((__m512)broadcast(bound), (__m512)v); /* of two it takes the second if one is NaN */
#elif defined(__AVX2__)
  return (Vector)_mm256_min_ps((__m256)broadcast(bound), (__m256)v);
#else
  return v > bound ? broadcast(bound) : v;
#endif
}

INLINE Vector maximum(Vector v, float bound) {
#if defined(__AVX512F__)
  return (Vector)_mm512_max_ps((__m512)broadcast(bound), (__m512)v);
#elif defined(__AVX2__)
  return (Vector)_mm256_max_ps((__m256)broadcast(bound), (__m256)v);
#else
  return v < bound ? broadcast(bound) : v;
#endif
}

} /* namespace VECTORS */
