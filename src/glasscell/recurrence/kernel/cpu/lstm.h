/* The recurrence of an LSTM, forward and backward, over arrays in memory. It knows nothing of TensorFlow.

   M networks side by side · N series · T steps · D features of one step · H units

   The caller owns every array; none is changed that is not named as an output, and outputs overlap no inputs (save
   `da`, which may be `saved`). Arrays are dense, float32, the last axis fastest:

     x                (M, N, T, D)   input; with `time_major` (M, T, N, D)
     kernel           (M, D, 4H)     blocks in the order i, f, z, o, as in cell.py
     recurrent_kernel (M, H, 4H)
     bias             (M, 4H)        or null: none
     peephole_kernel  (M, 3, H)      rows i, f, o; or null: none
     h0, c0           (M, N, H)      initial state; null: zeros
     mask             (M, N, T)      one byte a step, 0 where it is not real; with `time_major` (M, T, N); null: all real.
                                     x must be finite at masked steps too
     input_keep       (4, M, N, D)   dropout factors of x, for i, f, z, o; null: none
     recurrent_keep   (4, M, N, H)   dropout factors of h; null: none
     packed           packed_size()  the weights as `pack` leaves them, for many forwards; null: each packs them itself.
                                     kernel, recurrent_kernel and bias are then not read

     output           (M, N, T, H)   h of every step in the order of reading, with `time_major` (M, T, N, H);
                      (M, N, H)      or of the last step, without `return_sequences`: if T is 0, h0, or zeros with a mask
     h, c             (M, N, H)      state after the last step
     saved            saved_size()   what the backward needs of each step; null if there will be none

   The backward takes the gradients d_output, d_h, d_c of a loss with respect to output, h, c, in their shapes (null:
   zeros), and gives d_x, d_kernel, d_recurrent_kernel, d_bias, d_peephole_kernel, d_h0, d_c0 in the shapes of x, kernel,
   …, c0; each may be null, and is left out then. */

#pragma once
#include <cstdint>

namespace glasscell {

enum Activation { LINEAR, TANH, SIGMOID, HARD_SIGMOID, RELU, SOFTSIGN, ACTIVATIONS };

struct Lstm {
  int64_t M, N, T, D, H;
  bool time_major, go_backwards, return_sequences, zero_output_for_mask;
  bool input_gate, forget_gate, output_gate, coupled;
  Activation input_activation, gate_activation, output_activation;
  int threads; /* how many cores to use at most; results do not depend on it */
};

struct Inputs {
  const float *x, *kernel, *recurrent_kernel, *bias, *peephole_kernel, *h0, *c0;
  const unsigned char *mask;
  const float *input_keep, *recurrent_keep, *packed;
};

struct Outputs {
  float *output, *h, *c, *saved;
};

struct Gradients {
  const float *d_output, *d_h, *d_c, *saved;
  float *da; /* saved_size() floats of scratch: the gradients of the pre-activations; may be `saved` itself */
  float *d_x, *d_kernel, *d_recurrent_kernel, *d_bias, *d_peephole_kernel, *d_h0, *d_c0;
};

/* Floats in `saved`: depends on the sizes, and on the vector width of this machine. */
int64_t saved_size(const Lstm &);

/* Floats in `packed`, on this machine, and how they are filled: they depend on the weights, on D, H and M, and on whether
   there is dropout. */
int64_t packed_size(const Lstm &);
void pack(const Lstm &, const Inputs &, float *packed);

/* Both return false, with nothing computed, when there is no memory for their scratch. */
bool forward(const Lstm &, const Inputs &, const Outputs &);
bool backward(const Lstm &, const Inputs &, const Gradients &);

/* The instruction set in use: "avx512", "avx2" or "baseline". The best that the machine has, or a lesser one that
   the environment variable GLASSCELL_VECTORS names; read once. */
const char *vectors();

} /* namespace glasscell */
