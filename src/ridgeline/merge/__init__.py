"""Several models into one: streamed from the disk, the same bytes every time."""
