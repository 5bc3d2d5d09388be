"""What a better retention would be worth, what keeping a customer may cost, and where the money goes now."""
