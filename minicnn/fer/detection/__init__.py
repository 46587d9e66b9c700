"""Find the faces in a photo: two detectors, which one is taken, and boxes of the user's own."""
