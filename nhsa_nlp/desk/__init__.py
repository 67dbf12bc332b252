"""The desk: a web page on which officers sort incoming documents, on an embedded database.

``nhsa-nlp desk`` serves it. The rest of the package knows nothing of it; it needs the extra ``desk``.
"""
