"""Texts made for cleaning."""

from __future__ import annotations

from hypothesis import strategies as st

# Characters that cleaning treats specially, so that random texts hit its rules often.
OCR = st.text(
    alphabet="一二2345 医保基金的范围，。、（）《》〔〕[]【】—-－\n\r\t　：:０１Ａａ%％第页号年月个元共",
    max_size=60,
)
