from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import UNKNOWN, head

HEADS: dict[str, tuple[str, dict[str, object]]] = {
    "announcement": (
        "国家医疗保障局办公室关于公布目录调整名单的公告\n2022年第1号\n按照《工作方案》，现予以公布。\n2022年9月6日",
        {
            "kind": "notice",
            "subject": "关于公布目录调整名单的公告",
            "date": "2022-09-06",
            "issuer": "国家医疗保障局办公室",
        },
    ),
    "notice of several bodies": (
        "国家医保局 财政部 国家税务总局关于做好2021年城乡居民基本医疗保障工作的通知\n医保发〔2021〕32号\n\n"
        "各省、自治区、直辖市及新疆生产建设兵团医疗保障局、财政厅（局），国家税务总局各省、自治区、直辖市和计划单列\n"
        "市税务局：\n\n为贯彻落实《中共中央 国务院关于深化医疗保障制度改革的意见》，现通知如下：\n"
        "国家医保局\n财政部\n国家税务总局\n2021年5月27日\n\n附件：一览表",
        {
            "kind": "notice",
            "number": "医保发〔2021〕32号",
            "addressee": "各省、自治区、直辖市及新疆生产建设兵团医疗保障局、财政厅（局），"
            "国家税务总局各省、自治区、直辖市和计划单列市税务局",
            "subject": "关于做好2021年城乡居民基本医疗保障工作的通知",
            "date": "2021-05-27",
            "issuer": "国家医保局、财政部、国家税务总局",
        },
    ),
    "notice that passes a document on": (
        "国家医疗保障局关于印发《医疗保障事业发展统计公报编制办法》的通知\n各省医疗保障局：\n现将该办法印发给你们。\n"
        "国家医疗保障局 2021年2月10日",
        {
            "kind": "notice",
            "addressee": "各省医疗保障局",
            "subject": "关于印发《医疗保障事业发展统计公报编制办法》的通知",
            "date": "2021-02-10",
            "issuer": "国家医疗保障局",
        },
    ),
    "opinion sent to other bodies": (
        "国家医疗保障局关于开展门诊统筹工作的指导意见\n医保发〔2020〕24号\n\n各省、自治区、直辖市人民政府：\n"
        "经国务院同意，提出以下意见。",
        {
            "kind": "notice",
            "number": "医保发〔2020〕24号",
            "addressee": "各省、自治区、直辖市人民政府",
            "subject": "关于开展门诊统筹工作的指导意见",
            "issuer": "国家医疗保障局",
        },
    ),
    "a title that only its line ends": (
        "某省医疗保障局关于加强基金监管工作实施方案\n各市医疗保障局：\n为加强监管，制定本方案。",
        {
            "kind": "notice",
            "addressee": "各市医疗保障局",
            "subject": "关于加强基金监管工作实施方案",
            "issuer": "某省医疗保障局",
        },
    ),
}


@pytest.mark.parametrize("case", HEADS)
def test_head_of_a_notice(case: str) -> None:
    raw, expected = HEADS[case]
    assert head(parse_letter(raw)) == UNKNOWN | expected
