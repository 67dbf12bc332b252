"""The pages of a desk: routes, what guards them, templates. All that they do is done by `nhsa_nlp.desk`."""
