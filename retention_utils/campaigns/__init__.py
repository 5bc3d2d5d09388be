"""Whether a campaign worked: those treated held against those held out, and against what it cost."""
