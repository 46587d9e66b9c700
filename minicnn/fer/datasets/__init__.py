"""The data: FER2013 from disk, drawn faces, and batches of either."""
