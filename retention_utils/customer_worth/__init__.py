"""What a customer is worth: the models that fit how the business sells, in one form for the chapter."""
