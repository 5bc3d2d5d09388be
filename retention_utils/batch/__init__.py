"""Many reports in one go: planned before anything runs, run here or on a cluster, told honestly afterwards.

``plan`` says which reports; ``preview`` what of them is fresh and why the rest is not; ``local`` runs them on
this computer and ``cluster`` on many; ``journal`` writes down what happens and what came of it.
"""
