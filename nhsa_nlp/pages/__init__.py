"""Web pages: highlighted documents, documents compared, audits, evaluation reports, series of figures.

Every page is made by `nhsa_nlp.pages.rendering` from a template in ``templates`` and the one stylesheet
``style.css``. It is one file that needs nothing from outside. No page runs a script but that of figures: it
runs one of ours, which its content security policy allows by its hash.
"""
