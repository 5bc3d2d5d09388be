"""Why customers leave: the codes that reasons are sorted into, data in ``codes.toml``."""
