"""Rankings, the distance to a line, official lists beside ours, the evaluation of a region."""
