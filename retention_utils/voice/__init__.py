"""What customers say: how likely they are to recommend, who says so, and what came after."""
