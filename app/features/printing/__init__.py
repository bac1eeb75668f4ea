"""Papers: freezing their data, printing them again as COPY n (design.md §6). Rendering itself is in ``app.papers``."""
