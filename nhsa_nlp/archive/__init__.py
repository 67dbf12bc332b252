"""What a labelled archive answers: its policies and who cites them, searches, figures."""
