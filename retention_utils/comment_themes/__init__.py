"""What comments are about: the themes that they are sorted into, data in ``themes.toml``."""
