"""The panes and their parts: attributes go down, messages go up, and no widget reaches for another."""
