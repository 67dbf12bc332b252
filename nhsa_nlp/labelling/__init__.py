"""Labels and the people who give them: which are doubtful, and which to give next."""
