"""Take over what people have: runs of other trackers, as they are now and as they grow."""
