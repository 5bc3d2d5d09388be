"""The consultant's page: every client and period, with what came of each run."""
