"""When is a customer of this business lost? Churn gaps held against what customers did afterwards."""
