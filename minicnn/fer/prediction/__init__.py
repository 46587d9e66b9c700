"""Predict the emotion of faces: find and crop them, and predict images in one or several views."""
