"""Policy titles, document numbers and quantities: the grammar and what it is made of."""
