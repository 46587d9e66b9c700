"""Which emotion a face shows: faces found and cut out, images predicted in one or many views."""
