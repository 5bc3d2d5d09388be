"""Early warning: symptoms of a base that will shrink, customers who fade, churn that no count shows yet."""
