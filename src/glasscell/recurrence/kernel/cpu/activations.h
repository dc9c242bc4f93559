/* The activations and their derivatives, WIDTH units at a time. */

#pragma once
#include "lstm.h"
#include "vector.h"

namespace VECTORS {

using namespace glasscell;

/* tanh(v) = v·P(v²)/Q(v²): the rational function of degrees 4 and 4 with the least relative error for |v| ≤ 9, which
   is 2e-8; rounding makes it 3e-7. Beyond, it grows past 1, and is cut off there. */
INLINE Vector tanh(Vector v) {
  v = minimum(maximum(v, -9.5f), 9.5f);
  Vector s = v * v;
  Vector p = multiply_add(s, broadcast(1.3354782169017199e-8f), broadcast(2.060917904600501e-5f));
  p = multiply_add(s, p, broadcast(3.4955944865942e-3f));
  p = multiply_add(s, p, broadcast(0.13381031155586243f));
  p = multiply_add(s, p, broadcast(1.f));
  Vector q = multiply_add(s, broadcast(7.776610573273501e-7f), broadcast(3.2856446341611445e-4f));
  q = multiply_add(s, q, broadcast(2.5877006351947784e-2f));
  q = multiply_add(s, q, broadcast(0.4671434760093689f));
  q = multiply_add(s, q, broadcast(1.f));
  return minimum(maximum(v * p / q, -1.f), 1.f);
}

/* σ(v) = 1 / (1 + 2^w), w = −v·log₂e: 2^w is 2^n for the integer n nearest to w, put together from bits, times a
   polynomial (least relative error 2e-9) for the rest. Small gates come out with all their digits. The bounds are where
   2^w is infinite, and σ 0, and where 2^w vanishes beside 1. */
INLINE Vector sigmoid(Vector v) {
  const Vector minus_log2e = broadcast(-1.44269504088896341f), one = broadcast(1.f);
  const Vector shift = broadcast(12582912.f); /* 1.5·2²³: a sum with it has no bits for a fraction */
  v = minimum(maximum(v, -88.9f), 87.f);
  Vector shifted = multiply_add(v, minus_log2e, shift);
  Vector n = shifted - shift;
  Vector rest = multiply_add(v, minus_log2e, -n);
  Vector power = multiply_add(rest, broadcast(1.534580806037411e-4f), broadcast(1.3399930903688073e-3f));
  power = multiply_add(rest, power, broadcast(9.618489071726799e-3f));
  power = multiply_add(rest, power, broadcast(5.550328642129898e-2f));
  power = multiply_add(rest, power, broadcast(0.24022646248340607f));
  power = multiply_add(rest, power, broadcast(0.6931471824645996f));
  power = multiply_add(rest, power, one);
  Integers scale = ((Integers)shifted << 23) + 0x3f800000; /* the bits of 2^n */
  return one / multiply_add(power, (Vector)scale, one);
}

INLINE Vector activate(Activation kind, Vector v) {
  const Vector one = broadcast(1.f);
  switch (kind) {
    case TANH: return tanh(v);
    case SIGMOID: return sigmoid(v);
    case HARD_SIGMOID: return minimum(maximum(v + 3.f, 0.f), 6.f) / 6.f;
    case RELU: return maximum(v, 0.f);
    case SOFTSIGN: return v / (one + (v < 0.f ? -v : v));
    default: return v;
  }
}

/* The derivative of an activation where its value is y. */
INLINE Vector derivative(Activation kind, Vector y) {
  const Vector zero = {}, one = broadcast(1.f);
  switch (kind) {
    case TANH: return multiply_add(-y, y, one);
    case SIGMOID: return y * (one - y);
    case HARD_SIGMOID: return (y > 0.f) & (y < 1.f) ? broadcast(1.f / 6.f) : zero;
    case RELU: return y > 0.f ? one : zero;
    case SOFTSIGN: {
      Vector slope = one - (y < 0.f ? -y : y);
      return slope * slope;
    }
    default: return one;
  }
}

} /* namespace VECTORS */
