"""Faces drawn by us, showing one of seven emotions: data that needs no download and no licence.

A face is drawn in four steps, each in a file of its own:

1. `anatomy`: who it is (proportions, tones, hair, beard, glasses), drawn at random;
2. `expression`: which action units of the Facial Action Coding System its emotion moves;
3. `head`, `upper_face`, `lower_face`: both together become polygons and strokes (`shapes`);
4. `scene`, `drawing`: pose, pixels, light and noise.
"""

from minicnn.fer.datasets.synthetic.face_stream import load_synthetic, synthetic_faces

__all__ = ["load_synthetic", "synthetic_faces"]
