"""What is trained: a configuration, the run it describes, and the folder the run leaves."""
