"""What the reference has that no one writes: pages of the public names, of the commands and of the settings."""


def setup(app):
    return {"parallel_read_safe": True}
