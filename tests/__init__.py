"""The tests of the package; what they compare is said in English, whatever the machine speaks."""

from __future__ import annotations

import os

os.environ["NHSA_NLP_LANG"] = "en"
