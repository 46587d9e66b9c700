"""minicnn: a convolutional network library to read, check and train with."""
