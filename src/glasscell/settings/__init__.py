"""Settings, declared once as fields of a task's dataclass. No TensorFlow, so that mistakes are reported at once."""
