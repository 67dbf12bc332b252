"""The role of a figure: rules, and a linear model where they find no sign."""
