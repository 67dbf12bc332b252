import importlib.util
import io
import sys

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.plotting import use_chinese_font


@pytest.fixture
def settings():
    import matplotlib as mpl

    with mpl.rc_context():
        yield mpl.rcParams


def test_chinese_is_drawn_without_a_missing_glyph(settings):
    from matplotlib.figure import Figure

    assert importlib.util.find_spec("pylopdf_fonts_zh_cn") is not None
    use_chinese_font()
    use_chinese_font()
    assert settings["font.family"] == ["Noto Sans SC", "DejaVu Sans"]
    figure = Figure()
    figure.text(0.5, 0.5, "医疗x医保：跨省直接结算1.29亿人次 −1 ≥ “双通道”")
    figure.savefig(io.BytesIO(), format="png")  # a missing glyph is a warning, and so an error


def test_without_the_font_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    with pytest.raises(InputError, match=r"pylopdf_fonts_zh_cn.*nhsa-nlp\[notebooks\]"):
        use_chinese_font()
