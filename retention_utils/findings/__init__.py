"""Results to sentences, key figures and notes, one module per chapter. Every sentence is computed."""
