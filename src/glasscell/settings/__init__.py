"""Settings, declared once as fields of a task's dataclass; without TensorFlow, for fast errors."""
