"""Kernels that need not import anything: forked from a process that already did, on Linux.

``supervisor`` starts that process (``server``) for one run and ends it with the run; ``manager`` has
papermill use it; ``provisioner`` starts the kernels and falls back to ordinary ones; ``process`` is such a
kernel as its client sees it; ``preload`` says what is worth importing beforehand.
"""
