"""The same merge on the workers of Ray: the driver keeps order and journal, workers read, count, merge and write blocks."""
