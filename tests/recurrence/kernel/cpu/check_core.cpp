/* The kernel's core (lstm.h) against the textbook, on random small shapes:

     check_core [--cases N] [--seed S] [--first K]

   The truth below is the LSTM in double precision, one series, one step and one unit at a time; it shares no line with
   the core. It is written for any type of number: complex ones give derivatives by the complex step.

   M networks · N series · T steps · D features · H units
   z block input · i input gate · f forget gate · o output gate · c memory cell · h hidden state */

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "lstm.h"

#ifndef GUARD
#define GUARD 64 /* elements before and after each array that nobody may touch; 0 where a sanitizer guards better */
#endif

namespace {

using namespace glasscell;

/* float32 rounds to 6e-8 of a number, and the core's tanh is off by up to 3e-7. A pre-activation adds up some 10 to 100
   terms of about 1 whose errors differ in sign: up to √100·6e-8 = 6e-7. A derivative 1 − tanh² doubles them. Steps pass
   on their errors along with what they remember, T of them at most. The bounds leave a few times all that for the rarest
   case of thousands.

   Errors are relative to the largest entry of an array, or to the size that its entries have by chance: a lone entry may
   be near 0 by cancellation. That size is about 1, and √(N·T) for the weights' gradients, which sum over all steps. */
constexpr double OUTPUT_TOLERANCE = 4e-6, GRADIENT_TOLERANCE = 8e-6;

bool gates_within_0_1(const Lstm &l) { return l.gate_activation == SIGMOID || l.gate_activation == HARD_SIGMOID; }

/* With the number of steps, and where gates may multiply numbers up. */
double grown(double tolerance, const Lstm &l) {
  return tolerance * (1 + double(l.T) / 20) * (gates_within_0_1(l) ? 1 : 4);
}

/* Cells without bounds, or with too long a memory, may multiply an error at every step. There is no comparison where the
   truth itself moves by ten times as much as what goes in, or is this large (1 − tanh² has an error of 4e-7 at its ends,
   and large numbers multiply it). */
constexpr double NUDGE = 1e-6, WILD_MOVE = 10 * NUDGE, WILD_SIZE = 30;

/* ------------------------------------------------------------------------------------------------ a case */

class Random { /* splitmix64: the same numbers everywhere */
 public:
  explicit Random(uint64_t seed) : state(seed) {}
  int64_t from_to(int64_t least, int64_t most) { return least + int64_t(bits() % uint64_t(most - least + 1)); }
  bool chance(double p) { return unit() < p; }
  float within(double size) { return float((2 * unit() - 1) * size); }

 private:
  uint64_t bits() {
    uint64_t v = state += 0x9e3779b97f4a7c15;
    v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9;
    v = (v ^ v >> 27) * 0x94d049bb133111eb;
    return v ^ v >> 31;
  }
  double unit() { return double(bits() >> 11) / double(1ull << 53); }
  uint64_t state;
};

/* What goes in … */
enum { X, KERNEL, RECURRENT_KERNEL, BIAS, PEEPHOLE_KERNEL, H0, C0, DIFFERENTIABLE };
enum { INPUT_KEEP = DIFFERENTIABLE, RECURRENT_KEEP, D_OUTPUT, D_H, D_C, GIVEN };
/* … and what comes out. The gradient with respect to X is D + X, and so on. */
enum { OUTPUT, H, C, D, RESULTS = D + DIFFERENTIABLE };

const char *const GIVEN_NAMES[GIVEN] = {"x",  "kernel",     "recurrent_kernel", "bias",     "peephole_kernel", "h0",
                                        "c0", "input_keep", "recurrent_keep",   "d_output", "d_h",             "d_c"};
const char *const RESULT_NAMES[RESULTS] = {"output",   "h",   "c", "d_x", "d_kernel", "d_recurrent_kernel", "d_bias",
                                           "d_peephole_kernel", "d_h0", "d_c0"};
const char *const ACTIVATION_NAMES[ACTIVATIONS] = {"linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softsign"};

using Floats = std::vector<float>;

/* An array that is not there is null for the core, and neutral (zeros, ones) for the truth. */
struct Case {
  Lstm l;
  Floats given[GIVEN];
  bool there[GIVEN], masked;
  std::vector<unsigned char> mask; /* (M, N, T) or (M, T, N) */
};

int64_t size_of(const Lstm &l, int given) {
  const int64_t rows = l.M * l.N;
  switch (given) {
    case X: return rows * l.T * l.D;
    case KERNEL: return l.M * l.D * 4 * l.H;
    case RECURRENT_KERNEL: return l.M * l.H * 4 * l.H;
    case BIAS: return l.M * 4 * l.H;
    case PEEPHOLE_KERNEL: return l.M * 3 * l.H;
    case INPUT_KEEP: return 4 * rows * l.D;
    case RECURRENT_KEEP: return 4 * rows * l.H;
    case D_OUTPUT: return rows * (l.return_sequences ? l.T : 1) * l.H;
    default: return rows * l.H;
  }
}

int64_t size_of_result(const Lstm &l, int result) {
  return result >= D ? size_of(l, result - D) : size_of(l, D_OUTPUT + result);
}

/* The row of step t of series n in an array with a row for each step. */
int64_t row_of(const Lstm &l, int64_t m, int64_t n, int64_t t) {
  return l.time_major ? (m * l.T + t) * l.N + n : (m * l.N + n) * l.T + t;
}

/* Which of the M·N series an entry belongs to, of an array with a row for each of them, or for each of their steps. */
int64_t series_of(const Lstm &l, int64_t index, int64_t columns, bool has_steps) {
  const int64_t row = index / columns;
  if (!has_steps) return row;
  return l.time_major ? row / (l.T * l.N) * l.N + row % l.N : row / l.T;
}

/* Mostly small; else long enough for the weights' gradients to need several blocks, or with more features than a tile
   is wide, or enough work for several threads, or with rows of gates that fill pages of memory. */
void draw_sizes(Lstm &l, Random &random) {
  const auto set = [&](int64_t M, int64_t N, int64_t T, int64_t D, int64_t H) {
    l.M = random.from_to(1, M), l.N = random.from_to(1, N), l.T = random.from_to(0, T);
    l.D = random.from_to(1, D), l.H = random.from_to(1, H);
  };
  const int64_t kind = random.from_to(0, 31);
  if (kind < 2) set(2, 13, 60, 3, 10);
  else if (kind < 4) set(2, 5, 5, 80, 20);
  else if (kind < 5) set(2, 1, 8, 20, 1), l.N = random.from_to(8, 26), l.H = random.from_to(50, 100);
  else if (kind < 6) set(1, 2, 3, 4, 1), l.H = 256;
  else set(2, 13, 12, 20, random.chance(.5) ? 40 : 6);
}

void draw_cell(Lstm &l, Random &random) {
  const auto any = [&] { return Activation(random.from_to(0, ACTIVATIONS - 1)); };
  /* The standard cell, the article's, any gates, any activations (that over many steps may grow without end). */
  const int64_t kind = random.from_to(0, l.T > 12 ? 2 : 4);
  l.input_gate = kind < 2 || random.chance(.7), l.forget_gate = kind < 2 || random.chance(.7);
  l.output_gate = kind < 2 || random.chance(.7);
  l.coupled = kind >= 2 && l.input_gate && l.forget_gate && random.chance(.4);
  l.input_activation = kind < 3 ? TANH : any();
  l.gate_activation = kind < 3 ? SIGMOID : any();
  l.output_activation = kind == 1 ? LINEAR : kind < 3 ? TANH : any();
}

void draw_mask(Case &k, Random &random) {
  const Lstm &l = k.l;
  const int64_t kind = random.from_to(0, 7); /* two of them: none */
  k.masked = kind > 1;
  k.mask.assign(l.M * l.N * l.T, 1);
  for (int64_t m = 0; m < l.M; m++)
    for (int64_t n = 0; n < l.N; n++) {
      const int64_t length = random.from_to(0, l.T);
      for (int64_t t = 0; t < l.T; t++) {
        const bool right = t < length, left = t >= l.T - length, hole = random.chance(.4);
        const bool real = kind < 3    ? true
                          : kind == 3 ? right
                          : kind == 4 ? left
                          : kind == 5 ? !hole
                          : kind == 6 ? n > 0 && !hole
                                      : false;
        k.mask[row_of(l, m, n, t)] = real ? (unsigned char)random.from_to(1, 255) : 0;
      }
    }
}

void draw_array(Case &k, int given, double chance, double size, Random &random) {
  k.there[given] = random.chance(chance);
  k.given[given].assign(size_of(k.l, given), 0);
  if (k.there[given])
    for (float &v : k.given[given]) v = random.within(size);
}

void draw_dropout(Case &k, int given, Random &random) {
  const double drop = .4;
  k.there[given] = random.chance(.25);
  k.given[given].assign(size_of(k.l, given), 1);
  if (k.there[given])
    for (float &v : k.given[given]) v = random.chance(drop) ? 0.f : float(1 / (1 - drop));
}

Case draw_case(Random &random) {
  Case k;
  Lstm &l = k.l;
  draw_sizes(l, random);
  draw_cell(l, random);
  l.time_major = random.chance(.5), l.go_backwards = random.chance(.4), l.return_sequences = random.chance(.6);
  l.zero_output_for_mask = random.chance(.4), l.threads = 1;
  draw_mask(k, random);
  const bool known_cell = random.chance(.5); /* code of its own: no peepholes */
  const double gain = gates_within_0_1(l) ? 1 : .5;
  draw_array(k, X, 1, 1.5, random);
  draw_array(k, KERNEL, 1, gain / std::sqrt(double(l.D)), random);
  draw_array(k, RECURRENT_KERNEL, 1, gain / std::sqrt(double(l.H)), random);
  const bool at_ends = gates_within_0_1(l) && random.chance(.3);
  draw_array(k, BIAS, .8, at_ends ? 4 : 1, random);
  draw_array(k, PEEPHOLE_KERNEL, known_cell ? 0 : .7, 1, random);
  for (int state : {H0, C0}) draw_array(k, state, .5, 1, random);
  for (int keep : {INPUT_KEEP, RECURRENT_KEEP}) draw_dropout(k, keep, random);
  for (int gradient : {D_OUTPUT, D_H, D_C}) draw_array(k, gradient, .8, 1.5, random);
  return k;
}

std::string describe(const Case &k) {
  const Lstm &l = k.l;
  std::string text = "M " + std::to_string(l.M) + " N " + std::to_string(l.N) + " T " + std::to_string(l.T) + " D " +
                     std::to_string(l.D) + " H " + std::to_string(l.H) + "\n  activations: input " +
                     ACTIVATION_NAMES[l.input_activation] + ", gates " + ACTIVATION_NAMES[l.gate_activation] +
                     ", output " + ACTIVATION_NAMES[l.output_activation] + "\n  with:";
  const auto tell = [&](bool is, const char *name) { text += is ? std::string(" ") + name : ""; };
  tell(l.input_gate, "input_gate"), tell(l.forget_gate, "forget_gate"), tell(l.output_gate, "output_gate");
  tell(l.coupled, "coupled"), tell(l.time_major, "time_major"), tell(l.go_backwards, "go_backwards");
  tell(l.return_sequences, "return_sequences"), tell(l.zero_output_for_mask, "zero_output_for_mask");
  tell(k.masked, "mask");
  for (int given = 0; given < GIVEN; given++) tell(k.there[given], GIVEN_NAMES[given]);
  if (k.masked) text += "\n  mask (networks and series | steps):";
  for (int64_t series = 0; k.masked && series < l.M * l.N; series++) {
    text += series ? " " : "\n  ";
    for (int64_t t = 0; t < l.T; t++) text += k.mask[row_of(l, series / l.N, series % l.N, t)] ? '1' : '0';
  }
  return text;
}

/* ------------------------------------------------------------------------------------------------ the truth */

template <class Number> using Numbers = std::vector<Number>;

constexpr double ε = 1e-30; /* the complex step */

double real(double v) { return v; }
double real(float v) { return v; }
double real(std::complex<double> v) { return v.real(); }

template <class Number> struct Truth {
  const Case &k;
  const Numbers<Number> *v; /* x, kernel, … c0 */
  Numbers<Number> results[D] = {};
  double largest = 1;                     /* of all numbers met, and */
  double kink = HUGE_VAL;                 /* how near one came to where an activation has no derivative */
  Numbers<Number> a = {}, h = {}, c = {}; /* of the series being read: (4H), (H), (H) */

  Truth(const Case &k, const Numbers<Number> *v) : k(k), v(v) {
    for (int result = 0; result < D; result++) results[result].resize(size_of_result(k.l, result));
    for (int64_t m = 0; m < k.l.M; m++)
      for (int64_t n = 0; n < k.l.N; n++) read(m, n);
  }

  /* Exactly 0 is no kink: it is 0·something, in float32 too, and relu's derivative there is 0, as in TensorFlow. */
  void watch(Number w, double at) {
    const double distance = std::abs(real(w) - at);
    if (distance > 0) kink = std::min(kink, distance);
  }

  Number activate(Activation kind, Number w) {
    const Number one(1);
    largest = std::max(largest, std::abs(real(w)));
    switch (kind) {
      case TANH: return std::tanh(w);
      case SIGMOID: return real(w) < 0 ? std::exp(w) / (one + std::exp(w)) : one / (one + std::exp(-w));
      case HARD_SIGMOID:
        watch(w, -3), watch(w, 3);
        return real(w) <= -3 ? Number(0) : real(w) >= 3 ? one : w / Number(6) + Number(.5);
      case RELU: watch(w, 0); return real(w) <= ε ? Number(0) : w; /* an exact 0 may have become ±ε² */
      case SOFTSIGN: return real(w) < 0 ? w / (one - w) : w / (one + w);
      default: return w;
    }
  }

  /* a += u·weights, where each gate sees u with its own dropout factors. */
  void add_product(const Number *u, const Number *weights, int64_t size, const float *keep) {
    for (int64_t row = 0; row < size; row++)
      for (int64_t gate = 0; gate < 4; gate++) {
        const Number kept = u[row] * Number(keep[gate * k.l.M * k.l.N * size + row]);
        const Number *w = weights + (row * 4 + gate) * k.l.H;
        for (int64_t unit = 0; unit < k.l.H; unit++) a[gate * k.l.H + unit] += kept * w[unit];
      }
  }

  void step(int64_t m, int64_t n, int64_t t) {
    const Lstm &l = k.l;
    const Number *bias = &v[BIAS][m * 4 * l.H], *peephole = &v[PEEPHOLE_KERNEL][m * 3 * l.H];
    const auto sees = [&](int64_t row, int64_t unit, Number memory) {
      return k.there[PEEPHOLE_KERNEL] ? peephole[row * l.H + unit] * memory : Number(0);
    };
    a.assign(bias, bias + 4 * l.H);
    add_product(&v[X][row_of(l, m, n, t) * l.D], &v[KERNEL][m * l.D * 4 * l.H], l.D,
                &k.given[INPUT_KEEP][(m * l.N + n) * l.D]);
    add_product(h.data(), &v[RECURRENT_KERNEL][m * l.H * 4 * l.H], l.H, &k.given[RECURRENT_KEEP][(m * l.N + n) * l.H]);
    for (int64_t unit = 0; unit < l.H; unit++) {
      const Number a_i = a[unit], a_f = a[l.H + unit], a_z = a[2 * l.H + unit], a_o = a[3 * l.H + unit];
      const Number one(1), c_prev = c[unit];
      const Number i = l.input_gate ? activate(l.gate_activation, a_i + sees(0, unit, c_prev)) : one;
      const Number f = l.coupled       ? one - i
                       : l.forget_gate ? activate(l.gate_activation, a_f + sees(1, unit, c_prev))
                                       : one;
      const Number z = activate(l.input_activation, a_z);
      c[unit] = f * c_prev + i * z;
      const Number o = l.output_gate ? activate(l.gate_activation, a_o + sees(2, unit, c[unit])) : one;
      h[unit] = o * activate(l.output_activation, c[unit]);
    }
  }

  /* A masked step does not exist; what is shown there is what Keras shows. */
  void read(int64_t m, int64_t n) {
    const Lstm &l = k.l;
    const int64_t series = m * l.N + n;
    h.assign(&v[H0][series * l.H], &v[H0][series * l.H] + l.H);
    c.assign(&v[C0][series * l.H], &v[C0][series * l.H] + l.H);
    const Numbers<Number> nothing(l.H);
    Numbers<Number> shown = k.masked ? nothing : h;
    for (int64_t s = 0; s < l.T; s++) {
      const int64_t t = l.go_backwards ? l.T - 1 - s : s;
      if (k.mask[row_of(l, m, n, t)]) step(m, n, t), shown = h;
      else if (l.zero_output_for_mask) shown = nothing;
      if (l.return_sequences) std::copy(shown.begin(), shown.end(), &results[OUTPUT][row_of(l, m, n, s) * l.H]);
    }
    if (!l.return_sequences) std::copy(shown.begin(), shown.end(), &results[OUTPUT][series * l.H]);
    std::copy(h.begin(), h.end(), &results[H][series * l.H]);
    std::copy(c.begin(), c.end(), &results[C][series * l.H]);
  }

  /* Its gradients with respect to output, h, c are those that the case gives. */
  Number loss() const {
    Number sum(0);
    for (int result = 0; result < D; result++)
      for (size_t j = 0; j < results[result].size(); j++)
        sum += Number(k.given[D_OUTPUT + result][j]) * results[result][j];
    return sum;
  }
};

template <class Number> std::vector<Numbers<Number>> convert(const Case &k) {
  std::vector<Numbers<Number>> v;
  for (int given = 0; given < DIFFERENTIABLE; given++) v.emplace_back(k.given[given].begin(), k.given[given].end());
  return v;
}

/* loss(v + iε·direction) = loss(v) + iε·derivative + O(ε²): nothing is subtracted, so ε may be tiny. */
double derivative(const Case &k, std::vector<Numbers<std::complex<double>>> v, int given,
                  const Numbers<double> &direction) {
  for (size_t j = 0; j < direction.size(); j++) v[given][j] += std::complex<double>(0, ε * direction[j]);
  return Truth<std::complex<double>>(k, v.data()).loss().imag() / ε;
}

/* ------------------------------------------------------------------------------------------------ the core */

[[noreturn]] void fail(const std::string &what) { throw std::runtime_error(what); }

/* An array at an address that may be a multiple of 4 only, full of 0xff, which as floats are NaN, among more of them. */
template <class Element> class Array {
 public:
  Array(const char *name, int64_t count, bool there, Random &random)
      : name(name), there(there), before(GUARD + random.from_to(1, 4)), count(count), memory(before + count + GUARD) {
    memset(memory.data(), 0xff, memory.size() * sizeof(Element));
  }
  Array(const char *name, const std::vector<Element> &values, bool there, Random &random)
      : Array(name, int64_t(values.size()), there, random) {
    std::copy(values.begin(), values.end(), memory.begin() + before);
  }

  Element *data() { return there ? memory.data() + before : nullptr; }

  /* What was written; nothing if the array is not there. */
  std::vector<Element> values() const {
    if (!there) return {};
    return std::vector<Element>(memory.begin() + before, memory.begin() + before + count);
  }

  void must_be_whole() const {
    const unsigned char *bytes = (const unsigned char *)memory.data();
    const int64_t first = before * int64_t(sizeof(Element)), end = (before + count) * int64_t(sizeof(Element));
    for (int64_t j = 0; j < int64_t(memory.size() * sizeof(Element)); j++)
      if ((j < first || j >= end) && bytes[j] != 0xff)
        fail(std::string("something was written outside ") + name + ", " + std::to_string(j - first) +
             " bytes from its begin");
  }

  void must_still_be(const std::vector<Element> &expected) const {
    must_be_whole();
    if (count && memcmp(memory.data() + before, expected.data(), count * sizeof(Element)))
      fail(std::string(name) + " was changed");
  }

 private:
  const char *name;
  bool there;
  int64_t before, count;
  std::vector<Element> memory;
};

/* What must not matter for any result. */
struct Manner {
  int threads;
  bool with_backward, in_place, all_gradients;
};

struct Results {
  Floats of[RESULTS]; /* empty if not asked for */
};

Results run(const Case &k, Manner manner, Random &random) {
  Lstm l = k.l;
  l.threads = manner.threads;
  std::vector<Array<float>> given, results;
  for (int j = 0; j < GIVEN; j++) given.emplace_back(GIVEN_NAMES[j], k.given[j], k.there[j], random);
  Array<unsigned char> mask("mask", k.mask, k.masked, random);
  for (int j = 0; j < RESULTS; j++) {
    const bool has_gradient = j != D + PEEPHOLE_KERNEL || k.there[PEEPHOLE_KERNEL];
    const bool asked = j < D || (manner.with_backward && has_gradient && (manner.all_gradients || random.chance(.5)));
    results.emplace_back(RESULT_NAMES[j], size_of_result(l, j), asked, random);
  }
  Array<float> saved("saved", saved_size(l), manner.with_backward, random), da("da", saved_size(l), true, random);

  const auto in = [&](int j) { return given[j].data(); };
  const auto out = [&](int j) { return results[j].data(); };
  const Inputs inputs = {in(X),  in(KERNEL), in(RECURRENT_KERNEL), in(BIAS),       in(PEEPHOLE_KERNEL),
                         in(H0), in(C0),     mask.data(),          in(INPUT_KEEP), in(RECURRENT_KEEP)};
  if (!forward(l, inputs, {out(OUTPUT), out(H), out(C), saved.data()})) fail("no memory for the forward");
  if (manner.with_backward) {
    const Floats before = saved.values();
    const Gradients gradients = {in(D_OUTPUT),
                                 in(D_H),
                                 in(D_C),
                                 saved.data(),
                                 manner.in_place ? saved.data() : da.data(),
                                 out(D + X),
                                 out(D + KERNEL),
                                 out(D + RECURRENT_KERNEL),
                                 out(D + BIAS),
                                 out(D + PEEPHOLE_KERNEL),
                                 out(D + H0),
                                 out(D + C0)};
    if (!backward(l, inputs, gradients)) fail("no memory for the backward");
    if (!manner.in_place) saved.must_still_be(before);
  }
  saved.must_be_whole(), da.must_be_whole();
  for (int j = 0; j < GIVEN; j++) given[j].must_still_be(k.given[j]);
  mask.must_still_be(k.mask);
  Results answer;
  for (int j = 0; j < RESULTS; j++) results[j].must_be_whole(), answer.of[j] = results[j].values();
  return answer;
}

/* ------------------------------------------------------------------------------------------------ the checks */

struct Worst {
  double output = 0, gradient = 0;
  int64_t at_kink = 0, wild = 0;
};

std::string number(double v) {
  char text[32];
  snprintf(text, sizeof text, "%.9g", v);
  return text;
}

/* Compare and return the error relative to `scale`. */
double compare(double core, double truth, double scale, double tolerance, const std::string &what) {
  const double error = std::abs(core - truth) / scale;
  if (!(error <= tolerance))
    fail(what + " is " + number(core) + ", and should be " + number(truth) + ": off by " + number(error) + " of " +
         number(scale));
  return error;
}

/* The largest entry of an array, but at least `least`. */
template <class Element> double largest_entry(const std::vector<Element> &array, double least = 1) {
  double largest = least;
  for (Element v : array) largest = std::max(largest, std::abs(double(v)));
  return largest;
}

std::string entry(int result, int64_t index) {
  return std::string(RESULT_NAMES[result]) + "[" + std::to_string(index) + "]";
}

void check_outputs(const Results &core, const Truth<double> &truth, Worst &worst) {
  const double tolerance = grown(OUTPUT_TOLERANCE, truth.k.l);
  for (int result = 0; result < D; result++) {
    const double scale = largest_entry(truth.results[result]);
    for (size_t j = 0; j < core.of[result].size(); j++)
      worst.output = std::max(worst.output, compare(core.of[result][j], truth.results[result][j], scale, tolerance,
                                                    entry(result, int64_t(j))));
  }
}

/* Every entry of a small gradient alone; else some entries, and random directions, in which all have a part. Their length
   is 1, so that the errors of the entries, which differ in sign, do not add up to more than one of them. */
std::vector<Numbers<double>> draw_directions(int64_t size, int64_t most, Random &random) {
  std::vector<Numbers<double>> directions;
  const auto alone = [&](int64_t index) { directions.emplace_back(size), directions.back()[index] = 1; };
  for (int64_t j = 0; j < size && size <= most; j++) alone(j);
  while (size > most && int64_t(directions.size()) < most) {
    if (directions.size() % 3 == 2) alone(random.from_to(0, size - 1));
    else directions.emplace_back(size);
    if (directions.size() % 3 != 0)
      for (double &v : directions.back()) v = (random.chance(.5) ? 1 : -1) / std::sqrt(double(size));
  }
  return directions;
}

void check_gradients(const Case &k, const Results &core, Worst &worst, Random &random) {
  const Lstm &l = k.l;
  const int64_t work = l.M * l.N * l.T * (l.D + l.H) * 4 * l.H;
  const int64_t most = std::clamp<int64_t>(2000000 / (work + 1), 1, 6); /* large ones take long */
  const auto v = convert<std::complex<double>>(k);
  for (int given = 0; given < DIFFERENTIABLE; given++) {
    const Floats &gradient = core.of[D + given];
    if (gradient.empty()) continue;
    const bool of_weights = given >= KERNEL && given <= PEEPHOLE_KERNEL;
    const double scale = largest_entry(gradient, of_weights ? std::sqrt(double(l.N * l.T + 1)) : 1);
    for (const Numbers<double> &direction : draw_directions(int64_t(gradient.size()), most, random)) {
      double ours = 0;
      for (size_t j = 0; j < gradient.size(); j++) ours += double(gradient[j]) * direction[j];
      const double error =
          compare(ours, derivative(k, v, given, direction), scale, grown(GRADIENT_TOLERANCE, l),
                  std::string("the part of ") + RESULT_NAMES[D + given] + " along a direction");
      worst.gradient = std::max(worst.gradient, error);
    }
  }
}

/* The same bits; of NaN only that it is one. `but` names a series that may differ. */
void must_be_same(const Case &k, const Results &a, const Results &b, const std::string &why, int64_t but = -1) {
  const Lstm &l = k.l;
  for (int result = 0; result < RESULTS; result++) {
    const Floats &u = a.of[result], &v = b.of[result];
    const bool of_weights = result >= D + KERNEL && result <= D + PEEPHOLE_KERNEL;
    if (u.empty() || v.empty() || (but >= 0 && of_weights)) continue;
    const bool has_steps = result == D + X || (result == OUTPUT && l.return_sequences);
    for (size_t j = 0; j < u.size(); j++) {
      const bool same = !memcmp(&u[j], &v[j], sizeof(float)) || (std::isnan(u[j]) && std::isnan(v[j]));
      if (!same && (but < 0 || series_of(l, int64_t(j), result == D + X ? l.D : l.H, has_steps) != but))
        fail(entry(result, int64_t(j)) + " " + why + ": " + number(u[j]) + ", then " + number(v[j]));
    }
  }
}

void check_manners(const Case &k, const Results &core, Random &random) {
  const bool in_place = random.chance(.5);
  must_be_same(k, core, run(k, {1, false, false, false}, random), "depends on whether anything is saved");
  must_be_same(k, core, run(k, {1, true, true, false}, random), "depends on where da is, or on what is asked for");
  for (int threads : {2, 3})
    must_be_same(k, core, run(k, {threads, true, in_place, true}, random), "depends on the number of threads");
}

/* 0 for a finite number, else which other kind. */
int kind_of(double v) { return std::isnan(v) ? 3 : std::isinf(v) ? (v > 0 ? 1 : 2) : 0; }

/* One x that is no number spoils what it should, as float32 has it, and nothing else. */
void check_spoilt(Case k, const Results &core, Random &random) {
  const Lstm &l = k.l;
  if (l.T == 0) return;
  if (l.coupled && l.gate_activation == TANH) return; /* f = 1 − tanh(∞) is 0, or 2e-7 by rounding, and may meet ∞ */
  const int64_t m = random.from_to(0, l.M - 1), n = random.from_to(0, l.N - 1);
  const int64_t row = row_of(l, m, n, random.from_to(0, l.T - 1)), column = random.from_to(0, l.D - 1);
  if (!k.mask[row]) return;
  const float values[] = {NAN, INFINITY, -INFINITY};
  k.given[X][row * l.D + column] = values[random.from_to(0, 2)];

  const Results spoilt = run(k, {int(random.from_to(1, 3)), true, false, true}, random);
  must_be_same(k, core, spoilt, "depends on another series", m * l.N + n);
  const auto v = convert<float>(k);
  const Truth<float> truth(k, v.data());
  for (int result = 0; result < D; result++)
    for (size_t j = 0; j < spoilt.of[result].size(); j++)
      if (kind_of(spoilt.of[result][j]) != kind_of(truth.results[result][j]))
        fail(entry(result, int64_t(j)) + ", with an x of " + number(k.given[X][row * l.D + column]) + ", is " +
             number(spoilt.of[result][j]) + ", and should be like " + number(truth.results[result][j]));
  for (int64_t j = 0; j < 4 * l.H; j++) /* = Σ x·da */
    if (std::isfinite(spoilt.of[D + KERNEL][(m * l.D + column) * 4 * l.H + j]))
      fail(entry(D + KERNEL, (m * l.D + column) * 4 * l.H + j) + " is finite, although an x is not");
}

/* Numbers too large for float32 do no harm beyond themselves. */
void check_overflow(Case k, Random &random) {
  for (float &v : k.given[X]) v *= 1e30f;
  for (int given : {KERNEL, RECURRENT_KERNEL})
    for (float &v : k.given[given]) v *= 1e15f;
  must_be_same(k, run(k, {1, true, false, true}, random), run(k, {2, true, true, true}, random), "differs");
}

/* How far the truth's outputs move when all that goes in is nudged. */
double moves(const Case &k, std::vector<Numbers<double>> v, const Truth<double> &truth, Random &random) {
  double most = 0;
  for (auto &array : v)
    for (double &u : array) u *= random.chance(.5) ? 1 + NUDGE : 1 - NUDGE;
  const Truth<double> nudged(k, v.data());
  for (int result = 0; result < D; result++) {
    const double scale = largest_entry(truth.results[result]);
    for (size_t j = 0; j < truth.results[result].size(); j++)
      most = std::max(most, std::abs(nudged.results[result][j] - truth.results[result][j]) / scale);
  }
  return most;
}

void check(const Case &k, Worst &worst, Random &random) {
  const Results core = run(k, {1, true, false, true}, random);
  const auto v = convert<double>(k);
  const Truth<double> truth(k, v.data());
  if (truth.largest > WILD_SIZE || moves(k, v, truth, random) > WILD_MOVE) {
    worst.wild++;
  } else {
    check_outputs(core, truth, worst);
    /* So near to a kink the core may be on its other side. */
    if (truth.kink <= grown(OUTPUT_TOLERANCE, k.l) * truth.largest) worst.at_kink++;
    else check_gradients(k, core, worst, random);
    check_spoilt(k, core, random);
  }
  check_manners(k, core, random);
  check_overflow(k, random);
}

int64_t option(int count, char **words, const char *name, int64_t otherwise) {
  for (int j = 1; j + 1 < count; j++)
    if (!strcmp(words[j], name)) return atoll(words[j + 1]);
  return otherwise;
}

} /* namespace */

int main(int count, char **words) {
  const int64_t cases = option(count, words, "--cases", 200), seed = option(count, words, "--seed", 0);
  const int64_t first = option(count, words, "--first", 0);
  Worst worst;
  for (int64_t index = first; index < first + cases; index++) {
    Random random(uint64_t(seed) << 32 ^ uint64_t(index));
    const Case k = draw_case(random);
    try {
      check(k, worst, random);
    } catch (const std::runtime_error &error) {
      fprintf(stderr, "%s\n  with %s, in the case of --seed %lld --first %lld --cases 1: %s\n", error.what(), vectors(),
              (long long)seed, (long long)index, describe(k).c_str());
      return 1;
    }
  }
  printf("%lld cases, largest error %.1e of outputs, %.1e of gradients (%s; %lld too wild to compare, %lld at a kink)\n",
         (long long)cases, worst.output, worst.gradient, vectors(), (long long)worst.wild, (long long)worst.at_kink);
  return 0;
}
