/* All that is compiled once for each instruction set, with VECTORS its name, as one table of functions (layout.h). */

#include "packing.h"
#include "weight_gradients.h"
#include "forward.h"
#include "backward.h"

namespace VECTORS {

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
