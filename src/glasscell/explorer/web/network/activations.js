/** The activations that a network may have, by their names in Keras. */
export const ACTIVATIONS = {
  linear: (a) => a,
  tanh: Math.tanh,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  hard_sigmoid: (a) => Math.min(Math.max(a + 3, 0), 6) / 6,
  relu: (a) => Math.max(a, 0),
  elu: (a) => (a > 0 ? a : Math.expm1(a)),
  softsign: (a) => a / (1 + Math.abs(a)),
  softplus: (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
};
