"""How the chapters of one report are run: each notebook in a kernel of its own, watched, with one outcome.

``parameters`` checks beforehand what is injected; ``limits`` says what a chapter may use; ``halt`` and
``slots`` are shared by everything that runs at the same time; ``watch`` looks at a running kernel and ends
it; ``engine`` has papermill tell the watch what happens; ``outcomes`` gives a failure its name; ``single``
runs one chapter and ``stages`` all of them.
"""
