"""The text as figures are read in it: its sentences, tables and dates, and the words it is cut by."""
