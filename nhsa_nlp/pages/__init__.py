"""Web pages: highlighted documents, documents compared, audits, evaluation reports.

Every page is made by `nhsa_nlp.pages.rendering` from a template in ``templates`` and the one stylesheet
``style.css``. It is one file that needs nothing from outside and runs no script.
"""
