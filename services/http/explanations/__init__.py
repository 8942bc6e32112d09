"""Questions uploaded by the set, and the explanations that are written for them in the background."""
