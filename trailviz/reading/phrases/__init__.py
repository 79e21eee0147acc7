"""Text patterns that many formats share: one family a file, columns in, columns out."""
