"""What has changed since the last report: key figures, numbers of the past, and what was promised."""
