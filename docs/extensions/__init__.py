"""What the site has beside what Sphinx and its extensions do."""
