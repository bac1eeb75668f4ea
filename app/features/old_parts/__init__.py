"""Old parts: what came out of a device at the brand's cost, on its way back to the brand."""
