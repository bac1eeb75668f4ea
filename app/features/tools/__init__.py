"""The shop's tools: which there are, who has them, which must be bought."""
