"""Chinese text in matplotlib, from a font that comes with the extra ``notebooks``."""

from __future__ import annotations

from nhsa_nlp.errors import InputError


def use_chinese_font() -> None:
    """Make matplotlib draw Chinese: Noto Sans SC first, its own DejaVu Sans for what that lacks.

    Changes ``matplotlib.rcParams`` of this process; calling it again changes nothing.

    Raises
    ------
    InputError
        If matplotlib or the font is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib import font_manager
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError as error:
        raise InputError(
            f"plots with Chinese text need {error.name}: run pip install 'nhsa-nlp[notebooks]'"
        ) from error
    path = sans_path()
    name = font_manager.get_font(path).family_name
    if name not in font_manager.fontManager.get_font_names():
        font_manager.fontManager.addfont(path)
    mpl.rcParams["font.family"] = [name, "DejaVu Sans"]
    mpl.rcParams["axes.unicode_minus"] = False
