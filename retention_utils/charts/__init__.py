"""Results to Axes, one module per chapter. Charts draw; they do not compute, save or show."""
