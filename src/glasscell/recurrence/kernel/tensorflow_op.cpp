/* The core as two TensorFlow CPU operations, GlasscellLSTM and GlasscellLSTMGrad.

   … leading axes: none, or one of M networks (or more, M is their product) · N series · T steps · D features · H units

   An input that is not there has the shape (0,), and so has its gradient. Shapes are checked before anything is read. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <initializer_list>

#include "cpu/lstm.h"
#include "tensorflow_api.h"

using namespace glasscell;

namespace {

enum Input { X, KERNEL, RECURRENT_KERNEL, BIAS, PEEPHOLE_KERNEL, H0, C0, MASK, INPUT_KEEP, RECURRENT_KEEP, INPUTS };
enum { SAVED = INPUTS, D_OUTPUT, D_H, D_C, GRADIENT_INPUTS };
enum Output { OUTPUT, LAST_H, LAST_C, SAVED_OUT };
enum { DA = C0 + 1 }; /* of the gradient's outputs, which begin with those of X … C0 */

const char *const INPUT_NAMES[] = {"x", "kernel", "recurrent_kernel", "bias", "peephole_kernel", "h0", "c0", "mask",
                                   "input_keep", "recurrent_keep", "saved", "d_output", "d_h", "d_c"};
const char *const ACTIVATION_NAMES[] = {"linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softsign"};
constexpr int MAX_AXES = 8;

constexpr char SAVE[] = "save", NEEDS_D_X[] = "needs_d_x"; /* what only one of the operations has */

struct Attributes {
  Lstm l;
  bool own; /* `save` of the forward, `needs_d_x` of the backward */
};

struct Shape {
  int64_t sizes[MAX_AXES + 2];
  int axes;
  int64_t count() const {
    int64_t product = 1;
    for (int axis = 0; axis < axes; axis++) product *= sizes[axis];
    return product;
  }
};

constexpr Shape ABSENT = {{0}, 1};

/* One call of an operation: its tensors, given back at the end, and the first thing that went wrong. */
class Call {
 public:
  explicit Call(TF_OpKernelContext *c) : context(c), status(TF_NewStatus()) {}
  Call(const Call &) = delete;
  ~Call() {
    if (!ok()) TF_OpKernelContext_Failure(context, status);
    for (TF_Tensor *tensor : tensors)
      if (tensor) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status);
  }

  bool ok() const { return TF_GetCode(status) == TF_OK; }
  void fail(TF_Code code, const char *message) {
    if (ok()) TF_SetStatus(status, code, message);
  }

  void read(int i) {
    if (ok()) TF_GetInput(context, i, &tensors[i], status);
  }

  Shape shape(int i) const {
    Shape shape = {{}, TF_NumDims(tensors[i])};
    for (int axis = 0; axis < shape.axes && axis < MAX_AXES; axis++) shape.sizes[axis] = TF_Dim(tensors[i], axis);
    return shape;
  }

  bool absent(int i) const { return TF_NumDims(tensors[i]) == 1 && TF_Dim(tensors[i], 0) == 0; }
  const float *floats(int i) const { return absent(i) ? nullptr : (const float *)TF_TensorData(tensors[i]); }
  const unsigned char *bytes(int i) const {
    return absent(i) ? nullptr : (const unsigned char *)TF_TensorData(tensors[i]);
  }

  void expect(int i, const Shape &wanted, bool may_be_absent) {
    if (!ok() || (may_be_absent && absent(i))) return;
    const Shape found = shape(i);
    bool same = found.axes == wanted.axes;
    for (int axis = 0; same && axis < wanted.axes; axis++) same = found.sizes[axis] == wanted.sizes[axis];
    if (same) return;
    char message[512], found_text[128], wanted_text[128];
    write(found, found_text, sizeof found_text), write(wanted, wanted_text, sizeof wanted_text);
    snprintf(message, sizeof message, "%s has the shape %s, expected %s%s", INPUT_NAMES[i], found_text, wanted_text,
             may_be_absent ? ", or (0,) for none" : "");
    fail(TF_INVALID_ARGUMENT, message);
  }

  float *allocate(int output, const Shape &shape) {
    if (!ok()) return nullptr;
    TF_Tensor *&tensor = tensors[GRADIENT_INPUTS + output];
    const size_t bytes = shape.count() * sizeof(float);
    tensor = TF_AllocateOutput(context, output, TF_FLOAT, shape.sizes, shape.axes, bytes, status);
    return ok() ? (float *)TF_TensorData(tensor) : nullptr;
  }

  /* An output in the memory of an input of its size, if nobody else needs that any more: we must not have read it. */
  float *allocate_over(int input, int output, const Shape &shape, bool &forwarded) {
    if (!ok()) return nullptr;
    int which = -1;
    TF_Tensor *&tensor = tensors[GRADIENT_INPUTS + output];
    tensor = TF_ForwardInputOrAllocateOutput(context, &input, 1, output, shape.sizes, shape.axes, &which, status);
    forwarded = which == input;
    return ok() ? (float *)TF_TensorData(tensor) : nullptr;
  }

 private:
  static void write(const Shape &shape, char *text, size_t size) {
    size_t used = snprintf(text, size, "(");
    for (int axis = 0; axis < shape.axes && axis < MAX_AXES && used < size; axis++)
      used += snprintf(text + used, size - used, axis ? ", %lld" : "%lld", (long long)shape.sizes[axis]);
    if (used < size) snprintf(text + used, size - used, shape.axes == 1 ? ",)" : ")");
  }

  TF_OpKernelContext *context;
  TF_Status *status;
  TF_Tensor *tensors[GRADIENT_INPUTS + DA + 1] = {};
};

/* (leading axes of x) + (first, second, third), of which those below 0 are left out; `front` stands before all. */
Shape with_leading(const Shape &x, int64_t first, int64_t second, int64_t third = -1, int64_t front = -1) {
  Shape shape = {{}, 0};
  if (front >= 0) shape.sizes[shape.axes++] = front;
  for (int axis = 0; axis < x.axes - 3; axis++) shape.sizes[shape.axes++] = x.sizes[axis];
  for (int64_t size : {first, second, third})
    if (size >= 0) shape.sizes[shape.axes++] = size;
  return shape;
}

/* Find out the sizes, and hold every input against them. */
void check_inputs(Call &call, Lstm &l) {
  if (!call.ok()) return;
  const Shape x = call.shape(X), recurrent_kernel = call.shape(RECURRENT_KERNEL);
  if (x.axes < 3 || x.axes > MAX_AXES)
    return call.fail(TF_INVALID_ARGUMENT, "x needs the axes (…, N, T, D), 3 to 8 of them");
  if (recurrent_kernel.axes < 2 || recurrent_kernel.axes > MAX_AXES)
    return call.fail(TF_INVALID_ARGUMENT, "recurrent_kernel needs the axes (…, H, 4H)");
  l.M = 1;
  for (int axis = 0; axis < x.axes - 3; axis++) l.M *= x.sizes[axis];
  l.N = x.sizes[x.axes - (l.time_major ? 2 : 3)];
  l.T = x.sizes[x.axes - (l.time_major ? 3 : 2)];
  l.D = x.sizes[x.axes - 1];
  l.H = recurrent_kernel.sizes[recurrent_kernel.axes - 2];
  if (l.H < 1 || l.D < 1) return call.fail(TF_INVALID_ARGUMENT, "an LSTM needs at least one feature and one unit");
  call.expect(KERNEL, with_leading(x, l.D, 4 * l.H), false);
  call.expect(RECURRENT_KERNEL, with_leading(x, l.H, 4 * l.H), false);
  call.expect(BIAS, with_leading(x, 4 * l.H, -1), true);
  call.expect(PEEPHOLE_KERNEL, with_leading(x, 3, l.H), true);
  call.expect(H0, with_leading(x, l.N, l.H), true);
  call.expect(C0, with_leading(x, l.N, l.H), true);
  call.expect(MASK, l.time_major ? with_leading(x, l.T, l.N) : with_leading(x, l.N, l.T), true);
  call.expect(INPUT_KEEP, with_leading(x, l.N, l.D, -1, 4), true);
  call.expect(RECURRENT_KEEP, with_leading(x, l.N, l.H, -1, 4), true);
}

Shape output_shape(const Shape &x, const Lstm &l) {
  if (!l.return_sequences) return with_leading(x, l.N, l.H);
  return l.time_major ? with_leading(x, l.T, l.N, l.H) : with_leading(x, l.N, l.T, l.H);
}

Inputs inputs_of(const Call &call) {
  return {call.floats(X),  call.floats(KERNEL), call.floats(RECURRENT_KERNEL), call.floats(BIAS),
          call.floats(PEEPHOLE_KERNEL), call.floats(H0), call.floats(C0), call.bytes(MASK),
          call.floats(INPUT_KEEP), call.floats(RECURRENT_KEEP), nullptr};
}

const char NO_MEMORY[] = "no memory for the LSTM's scratch space";

void compute(void *attributes, TF_OpKernelContext *context) {
  Call call(context);
  Lstm l = ((Attributes *)attributes)->l;
  for (int i = 0; i < INPUTS; i++) call.read(i);
  check_inputs(call, l);
  if (!call.ok()) return;
  const Shape x = call.shape(X), state = with_leading(x, l.N, l.H);
  Outputs out;
  out.output = call.allocate(OUTPUT, output_shape(x, l));
  out.h = call.allocate(LAST_H, state);
  out.c = call.allocate(LAST_C, state);
  const bool save = ((Attributes *)attributes)->own;
  out.saved = call.allocate(SAVED_OUT, {{save ? saved_size(l) : 0}, 1});
  if (!save) out.saved = nullptr;
  if (call.ok() && !forward(l, inputs_of(call), out)) call.fail(TF_RESOURCE_EXHAUSTED, NO_MEMORY);
}

void compute_gradient(void *attributes, TF_OpKernelContext *context) {
  Call call(context);
  Lstm l = ((Attributes *)attributes)->l;
  for (int i = 0; i < GRADIENT_INPUTS; i++)
    if (i != SAVED) call.read(i);
  check_inputs(call, l);
  if (!call.ok()) return;
  const Shape x = call.shape(X), state = with_leading(x, l.N, l.H), saved = {{saved_size(l)}, 1};
  call.expect(D_OUTPUT, output_shape(x, l), true);
  call.expect(D_H, state, true);
  call.expect(D_C, state, true);
  float *d[C0 + 1];
  for (int i = X; i <= C0; i++) {
    const bool wanted = !call.absent(i) && (i != X || ((Attributes *)attributes)->own);
    d[i] = call.allocate(i, wanted ? call.shape(i) : ABSENT);
    if (!wanted) d[i] = nullptr;
  }
  bool in_place = false;
  float *da = call.allocate_over(SAVED, DA, saved, in_place);
  if (!in_place) {
    call.read(SAVED);
    call.expect(SAVED, saved, false);
  }
  if (!call.ok()) return;
  const Gradients grad = {call.floats(D_OUTPUT), call.floats(D_H), call.floats(D_C),
                          in_place ? da : call.floats(SAVED), da, d[X], d[KERNEL], d[RECURRENT_KERNEL], d[BIAS],
                          d[PEEPHOLE_KERNEL], d[H0], d[C0]};
  if (!backward(l, inputs_of(call), grad)) call.fail(TF_RESOURCE_EXHAUSTED, NO_MEMORY);
}

template <const char *OWN_ATTRIBUTE> void *create(TF_OpKernelConstruction *construction) {
  TF_Status *status = TF_NewStatus();
  Attributes *attributes = (Attributes *)calloc(1, sizeof(Attributes));
  if (!attributes) TF_SetStatus(status, TF_RESOURCE_EXHAUSTED, "no memory for the operation");
  const auto flag = [&](const char *name) {
    unsigned char value = 0;
    if (TF_GetCode(status) == TF_OK) TF_OpKernelConstruction_GetAttrBool(construction, name, &value, status);
    return value != 0;
  };
  const auto activation = [&](const char *name) {
    char value[16] = {}; /* longer than all names: TensorFlow lets no other through */
    if (TF_GetCode(status) == TF_OK) TF_OpKernelConstruction_GetAttrString(construction, name, value, 15, status);
    int kind = 0;
    while (kind < ACTIVATIONS - 1 && strcmp(value, ACTIVATION_NAMES[kind])) kind++;
    return Activation(kind);
  };
  if (attributes) {
    Lstm &l = attributes->l;
    l.time_major = flag("time_major"), l.go_backwards = flag("go_backwards");
    l.return_sequences = flag("return_sequences"), l.zero_output_for_mask = flag("zero_output_for_mask");
    l.input_gate = flag("input_gate"), l.forget_gate = flag("forget_gate"), l.output_gate = flag("output_gate");
    l.coupled = flag("coupled");
    l.input_activation = activation("input_activation");
    l.gate_activation = activation("gate_activation");
    l.output_activation = activation("output_activation");
    attributes->own = flag(OWN_ATTRIBUTE);
    int32_t threads = 1;
    if (TF_GetCode(status) == TF_OK)
      TF_OpKernelConstruction_GetAttrInt32(construction, "threads", &threads, status);
    l.threads = threads;
  }
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return attributes;
}

void destroy(void *attributes) { free(attributes); }

/* Shapes are inferred in Python, where those of the inputs are at hand. */
void shapes_unknown(TF_ShapeInferenceContext *context, TF_Status *status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

void define(const char *name, int inputs, const char *const *outputs, const char *own_attribute,
            void *(*create_it)(TF_OpKernelConstruction *), void (*compute_it)(void *, TF_OpKernelContext *)) {
  TF_Status *status = TF_NewStatus();
  TF_OpDefinitionBuilder *op = TF_NewOpDefinitionBuilder(name);
  char spec[128];
  for (int i = 0; i < inputs; i++) {
    snprintf(spec, sizeof spec, "%s: %s", INPUT_NAMES[i], i == MASK ? "bool" : "float");
    TF_OpDefinitionBuilderAddInput(op, spec);
  }
  for (; *outputs; outputs++) TF_OpDefinitionBuilderAddOutput(op, *outputs);
  for (const char *flag : {"time_major", "go_backwards", "return_sequences", "zero_output_for_mask", "input_gate",
                           "forget_gate", "output_gate", "coupled", own_attribute}) {
    snprintf(spec, sizeof spec, "%s: bool", flag);
    TF_OpDefinitionBuilderAddAttr(op, spec);
  }
  for (const char *activation : {"input_activation", "gate_activation", "output_activation"}) {
    snprintf(spec, sizeof spec, "%s: {'linear', 'tanh', 'sigmoid', 'hard_sigmoid', 'relu', 'softsign'}", activation);
    TF_OpDefinitionBuilderAddAttr(op, spec);
  }
  TF_OpDefinitionBuilderAddAttr(op, "threads: int");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, shapes_unknown);
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK)
    TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", create_it, compute_it, destroy), status);
  if (TF_GetCode(status) != TF_OK) fprintf(stderr, "glasscell: TensorFlow would not register %s\n", name);
  TF_DeleteStatus(status);
}

__attribute__((constructor)) void register_operations() {
  const char *const outputs[] = {"output: float", "h: float", "c: float", "saved: float", nullptr};
  const char *const gradients[] = {"d_x: float",  "d_kernel: float", "d_recurrent_kernel: float",
                                   "d_bias: float", "d_peephole_kernel: float", "d_h0: float",
                                   "d_c0: float", "da: float", nullptr};
  define("GlasscellLSTM", INPUTS, outputs, SAVE, create<SAVE>, compute);
  define("GlasscellLSTMGrad", GRADIENT_INPUTS, gradients, NEEDS_D_X, create<NEEDS_D_X>, compute_gradient);
}

} /* namespace */
