"""What can be set, declared once, as fields of a task's dataclass. No TensorFlow: a mistake is reported at once."""
