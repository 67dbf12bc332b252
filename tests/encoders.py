"""Tiny static-embedding models, made as they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

from nhsa_nlp.topic.encoder import EMBEDDINGS, TOKENIZER


def make_encoder(folder: Path, kinds: Sequence[str], name: str = "embeddings", **more: Any) -> Path:
    """Write a model whose tokens are characters; those of a kind have the same vector, other kinds others."""
    characters = ["[UNK]", *"".join(kinds)]
    tokenizer = Tokenizer(WordLevel({each: number for number, each in enumerate(characters)}, "[UNK]"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / TOKENIZER))
    vectors = np.zeros((len(characters), len(kinds) + 1), np.float32)
    vectors[0] = 9  # of what is not known, which does not count
    vectors[
        np.arange(1, len(characters)), np.repeat(np.arange(len(kinds)), [len(kind) for kind in kinds])
    ] = 1
    save_file({name: vectors, **more}, folder / EMBEDDINGS)
    return folder
