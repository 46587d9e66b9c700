"""Files that nobody wrote: real ones, changed at random, for every reader."""
