"""Reading client data: whatever the client sent becomes typed rows, and nothing is dropped."""
