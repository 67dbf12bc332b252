"""nhsa-nlp: topic labels, policy titles, document numbers and quantities of health-insurance documents."""

from __future__ import annotations
