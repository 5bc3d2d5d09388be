"""Finished reports run again and compared, number by number, under nbval."""
