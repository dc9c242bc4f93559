/* The equations of the cell, and the kinds of cell that have code of their own.

   z block input · i input gate · f forget gate · o output gate · c memory cell · h hidden state
   one step (cell.py):   a = x·kernel + h_prev·recurrent_kernel + bias
                         i = σ(a_i + p_i·c_prev)    f = σ(a_f + p_f·c_prev), or 1 − i if coupled    z = φ_in(a_z)
                         c = f·c_prev + i·z         o = σ(a_o + p_o·c)                              h = o·φ_out(c)
   A d in front of a name is the gradient of the loss with respect to it. */

#pragma once
#include "lstm.h"
#include "vector.h"

namespace VECTORS {

using namespace glasscell;

/* The standard cell, the article's, and all others. */
enum Cell { STANDARD, ARTICLE, OTHER };

static Cell cell_of(const Lstm &l, const Inputs &in) {
  bool plain = l.input_gate && l.forget_gate && l.output_gate && !l.coupled && !in.peephole_kernel &&
               l.input_activation == TANH && l.gate_activation == SIGMOID;
  return !plain ? OTHER : l.output_activation == TANH ? STANDARD : l.output_activation == LINEAR ? ARTICLE : OTHER;
}

/* What is known of such a cell when it is compiled: no branches are left then. */
template <Cell CELL> INLINE Lstm known(Lstm l) {
  if (CELL == OTHER) return l;
  l.input_gate = l.forget_gate = l.output_gate = true;
  l.coupled = false;
  l.input_activation = TANH;
  l.gate_activation = SIGMOID;
  l.output_activation = CELL == STANDARD ? TANH : LINEAR;
  return l;
}

} /* namespace VECTORS */
