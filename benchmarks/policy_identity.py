"""Measure how well citations of the same policy are recognised, on pairs judged by reading.

Usage: python benchmarks/policy_identity.py [--wrong] [--scale N]
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from nhsa_nlp.entities.identity import Citation, identify
from nhsa_nlp.evaluation.metrics import bootstrap_interval

PAIRS = Path(__file__).parent.parent / "tests/data/policy_pairs.tsv"
