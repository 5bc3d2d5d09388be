"""Recurring revenue of customers with contracts: what runs, what it brings, what came and went."""
