"""Chinese and Arabic numerals to exact numbers."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "俩": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6}
_DIGITS |= {"柒": 7, "捌": 8, "玖": 9}
_VULGAR = {"¼": "0.25", "½": "0.5", "¾": "0.75", "⅓": "0.3333", "⅔": "0.6667", "⅛": "0.125"}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TENS = {"廿": 20, "卅": 30, "卌": 40}


def multiplier(text: str) -> Decimal:
    """Return the product of the multipliers in ``text``: ``万亿`` is 10¹², the empty string 1.

    Raises
    ------
    ValueError
        If a character is not 十, 百, 千, 万, 亿 or 兆.
    """
    product = Decimal(1)
    for char in text:
        factor = _SMALL.get(char) or _LARGE.get(char)
        if factor is None:
            raise ValueError(f"{char!r} is not a multiplier")
        product *= factor
    return product


def parse_number(text: str) -> Decimal:
    """Parse an Arabic (``1,234.5``, ``4×10^9``, ``1½``), Chinese (``三百二十``) or mixed (``3.8亿``) numeral.

    A sequence of Chinese digits is read digit by digit (``二〇二一`` is 2021, ``九八八三亿`` 9883亿); a
    digit after a multiplier counts the next lower place where nothing else says so (``三百五`` is 350,
    ``2千5`` 2500).

    Raises
    ------
    ValueError
        If the text is not a numeral alone, without white space, sign or unit.
    """
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return Decimal(text)
    if text[-1:] in _VULGAR and (len(text) == 1 or text[:-1].isdecimal()):
        return Decimal(text[:-1] or 0) + Decimal(_VULGAR[text[-1]])
    stem, power, exponent = text.partition("×10")
    if power:
        exponent = exponent.translate(_SUPERSCRIPT).removeprefix("^")
        if not exponent.isdecimal():
            raise ValueError(f"{text!r} is not a numeral")
        return parse_number(stem).scaleb(int(exponent))
    whole, point, fraction = text.partition("点")
    if point:
        if not fraction or any(c not in _DIGITS for c in fraction):
            # 三点五亿: the multiplier stands after the fraction.
            stem = fraction.rstrip("十百千万亿兆")
            if not stem or any(c not in _DIGITS for c in stem):
                raise ValueError(f"{text!r} is not a numeral")
            return parse_number(whole + "点" + stem) * multiplier(fraction[len(stem) :])
        digits = "".join(str(_DIGITS[c]) for c in fraction)
        return parse_number(whole) + Decimal(f"0.{digits}")
    if not text:
        raise ValueError("an empty text is not a numeral")
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return Decimal(int("".join(str(_DIGITS[c]) for c in text)))
    digits = text.rstrip("万亿兆")
    if len(digits) > 1 and len(digits) < len(text) and all(c in _DIGITS for c in digits):
        return parse_number(digits) * multiplier(text[len(digits) :])
    return _parse_places(text)


def _parse_places(text: str) -> Decimal:
    total = section = Decimal(0)  # section: what stands below the next 万 or 亿
    number: Decimal | None = None
    last = Decimal(1)  # the factor of the last multiplier, for 三百五
    position, zero = 0, False
    while position < len(text):
        char = text[position]
        if char.isascii() and (char.isdigit()):
            end = position
            while end < len(text) and ((text[end].isascii() and text[end].isdigit()) or text[end] in ".,，"):
                end += 1
            if number:  # a zero only holds a place: 1千零20
                raise ValueError(f"{text!r} is not a numeral")
            try:
                number = Decimal(text[position:end].replace(",", "").replace("，", ""))
            except ArithmeticError:
                raise ValueError(f"{text!r} is not a numeral") from None
            # 13万2 is 13万2千, 1万02 and 三百5 are not.
            zero = end - position > 1 or not text[0].isascii() or text[position - 1] in "零〇"
            position = end
            continue
        if char in _DIGITS:
            digit = _DIGITS[char]
            if number is not None and number != 0:
                raise ValueError(f"{text!r} is not a numeral")
            number = Decimal(digit)
            zero = zero or digit == 0
        elif char in _SMALL:
            section += (number or Decimal(1)) * _SMALL[char]  # 一千零十二: the zero only holds a place
            last, number, zero = Decimal(_SMALL[char]), None, False
        elif char in _TENS and not number:
            section += _TENS[char]
            last, number, zero = Decimal(10), None, False
        elif char in _LARGE:
            factor = _LARGE[char]
            section += number or 0
            if section == 0 and total == 0 and number is None:
                section = Decimal(1)
            # 万 before 亿 multiplies what stands before it: 万亿, 三千万亿.
            if section == 0 or (factor > 10**4 and total and total < factor):
                total = (total + section) * factor
            else:
                total += section * factor
            section, number, last, zero = Decimal(0), None, Decimal(factor), False
        else:
            raise ValueError(f"{text!r} is not a numeral")
        position += 1
    if number is not None:
        section += number * (last / 10 if last > 10 and not zero and number < 10 else 1)
    return total + section


def to_json_number(value: Decimal) -> int | float:
    """Return an int where the value is whole, else the nearest float."""
    whole = int(value)
    return whole if whole == value else float(value)
