"""What Google's APIs have in common: error shapes, and contents asked and answered."""
