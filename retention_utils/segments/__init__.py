"""RFM groups of customers, who moved between them, and how concentrated revenue is."""
