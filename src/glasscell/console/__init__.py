"""What a person sees while a command works: sentences, tables and bars, Ctrl-C, and how TensorFlow starts."""
