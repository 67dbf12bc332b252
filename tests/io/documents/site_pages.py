"""Pages as newspapers and offices build them, with texts of our own, around one article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

TITLE = "市医保局部署加强定点医药机构管理"
PROSE = (
    "近日，市医疗保障局召开会议，研究部署加强定点医药机构管理工作，要求各县压实责任，守好群众的看病钱。",
    "会议指出，去年全市共追回医保资金188.4万元，检查定点医药机构39家，处理违规机构4家，取得积极成效。",
    "会议强调，要健全智能监控，实现事前提醒、事中审核、事后监管全覆盖，把违规行为消灭在萌芽状态。",
    "会议要求，各县要在12月31日前完成自查自纠，并将情况书面报送；对隐瞒不报的，依法依规从严处理。",
)
OTHERS = (
    "门诊费用跨省直接结算有新进展",
    "新版药品目录公布",
    "个人账户如何共济",
    "集采药品进基层",
    "长护险五年",
)


def paragraphs(lines: Sequence[str] = PROSE) -> str:
    return "".join(f"<p>\u3000\u3000{line}</p>" for line in lines)


def items(names: Iterable[str]) -> str:
    return "".join(f'<li><a href="/{number}.html">{name}</a></li>' for number, name in enumerate(names))


def newspaper() -> str:
    """A party paper: a ranking beside the article, related news and the editors below it."""
    return f"""<!DOCTYPE html><html><head><title>{TITLE}--时政--某某网</title></head><body>
<div class="header"><ul class="nav">{items(("首页", "要闻", "时政", "观点", "可视化"))}</ul>
<span>登录</span></div>
<div class="path"><a href=/>某某网</a><i>&gt;&gt;</i><a href=/>时政</a></div>
<div class="main"><div class="rm_txt cf"><div class="col col-1 fl"><h1>{TITLE}</h1><h5 class="sub"></h5>
<div class="channel"><div class="fl">2024年01月16日08:17 | 来源：<a href=/>某某报</a></div>
<span>小字号</span></div>
<div class="rm_txt_con cf"><div class="bza"></div>{paragraphs()}
<p class="paper_num">《某某报》（2024年01月16日 第 04 版）</p><div class="edit cf">(责编：甲某、乙某)</div>
</div>
<div class="rm_share"><p>分享让更多人看到</p></div>
<div class="rm_txt_more"><h3>相关新闻</h3><ul>{items(OTHERS)}</ul></div></div>
<div class="col col-2 fr"><div class="rank"><h3>热门排行</h3><ol>{items(("降温预警发布", "车票开售"))}</ol>
</div>
<div class="app"><p>客户端下载</p><p>扫一扫，手机看新闻</p></div></div></div></div>
<div class="footer"><p>某报社概况 | 关于某某网 | 报社招聘 | 广告服务</p><p>新闻信息服务许可证10120170001</p>
<p>某某网版权所有，未经书面授权禁止使用</p><p>Copyright © 1997-2024 all rights reserved</p></div></body>
</html>"""


def portal() -> str:
    """A portal: recommended articles with a summary each, key words, feedback."""
    others = "".join(
        f'<div class="item"><h3><a href=/>{other}</a></h3>'
        f'<p class="sum"><a href=/>{other}，记者日前获悉，相关工作取得阶段性进展。</a></p>'
        "<span>2024-01-16</span></div>"
        for other in OTHERS
    )
    return f"""<html><head><title>{TITLE}_新闻频道</title></head><body>
<div class="top"><a href=/>首页</a> <a href=/>新闻</a> <a href=/>财经</a></div>
<div class="path"><a href=/>新闻中心</a><span>&gt;</span>正文</div>
<div class="main-content"><h1 class="main-title">{TITLE}</h1><div class="top-bar"><div class="date-source">
<span class="date">2024年01月16日 08:17</span></div><div class="tools"><span>语音播报</span>
<span>收藏</span></div></div>
<div class="article-content"><div class="left"><div class="article" id="article">{paragraphs()}
<p class="show_author">责任编辑：丙某 SN234</p></div><div class="bottom"><div><span>文章关键词：</span>
<a href=/>医保</a></div>
<p>我要反馈</p><h3>24小时滚动播报最新的资讯和视频，更多福利扫描二维码关注</h3></div>
<div class="recommend"><h2>相关推荐</h2>{others}</div></div>
<div class="right"><span>新闻排行</span><ul>{items(("甲地降雪", "乙地调整时刻", "丙队夺冠"))}</ul></div>
</div></div>
<div class="footer"><p>意见反馈 留言板 电话：400-000-0000</p><p>Copyright © 1996-2024 某公司 版权所有</p>
</div></body></html>"""


def bureau() -> str:
    """A local bureau: a title that is no heading, the neighbouring articles, the imprint."""
    return f"""<html><head><title>某市医疗保障局-{TITLE}</title></head><body>
<div id="top"><p>今天是2024年1月16日 星期二</p><p>无障碍浏览 长者助手 繁体</p><h1>某市医疗保障局</h1></div>
<table><tr><td><a href=/>网站首页</a></td><td><a href=/>政务公开</a></td><td><a href=/>办事服务</a></td>
</tr></table>
<div class="position">您当前的位置：首页 &gt; 政务公开 &gt; 工作动态</div>
<div class="con"><div class="title">{TITLE}</div><div class="sub">发布日期：2024-01-16 浏览次数：<span>
</span></div>
<div class="TRS_Editor"><div id="zoom">{paragraphs()}</div></div>
<div class="tools">【打印本页】【关闭窗口】</div>
<div class="page"><p>上一篇：<a href=/>本局召开总结会议</a></p><p>下一篇：<a href=/>春节值班安排</a></p>
</div></div>
<div class="links"><select><option>市级部门网站</option></select></div>
<div class="foot"><p>主办单位：某市医疗保障局　地址：某路1号　邮编：000000</p>
<p>备案号：某ICP备00000000号-1　网站标识码：0000000001</p></div></body></html>"""


def layout_by_tables() -> str:
    """A county of long ago: all of it tables, the paragraphs apart by line breaks."""
    others = "".join(f"<tr><td>·<a href=/>{other}</a></td><td>2024-01-02</td></tr>" for other in OTHERS)
    return f"""<html><head><title>{TITLE}</title></head><body><table width="1003" align="center">
<tr><td colspan=3><a href=/>首页</a>|<a href=/>机构设置</a>|<a href=/>法规</a></td></tr>
<tr><td width="200"><table><tr><td>栏目导航</td></tr><tr><td><a href=/>工作动态</a></td></tr>
<tr><td><a href=/>通知公告</a></td></tr></table></td>
<td width="780"><table><tr><td>当前位置：<a href=/>首页</a>&gt;&gt;<a href=/>工作动态</a>&gt;&gt;正文</td>
</tr>
<tr><td class="bt">{TITLE}</td></tr><tr><td class="nr"><div>{"<br><br>".join(PROSE)}</div></td></tr>
<tr><td align="right">[<a href=/>打印</a>] [<a href=/>关闭</a>]</td></tr></table>
<table><tr><td>相关文章</td></tr>{others}</table></td></tr><tr><td colspan=3 align="center">
版权所有：某县医疗保障局　技术支持：某公司　您是第1234567位访客</td></tr></table></body></html>"""


def finance() -> str:
    """A paper of the stock market: a disclaimer, comments, a list without headings."""
    others = "".join(f"<li><div><a href=/>{other}</a></div><div>07:00</div></li>" for other in OTHERS)
    return f"""<html><head><title>{TITLE}_某时报网</title></head><body>
<header><nav><a href=/>首页</a><a href=/>快讯</a><a href=/>要闻</a><a href=/>股市</a></nav></header>
<div class="box"><div class="crumb"><a href=/>首页</a> / <a href=/>要闻</a> / 正文</div><div class="detail">
<div class="detail-title">{TITLE}</div><div class="detail-content">{paragraphs()}</div>
<div class="editor">责任编辑：戊某</div><div class="statement">
<p>声明：某时报力求信息真实、准确，文章内容仅供参考，不构成投资建议。</p>
<p>下载“某时报”官方APP，或关注官方微信公众号，即可随时了解股市动态，洞察政策信息。</p></div>
<div class="comment"><div>网友评论</div><div>登录后可以发言</div><div>发送</div>
<div>网友评论仅供其表达个人看法，并不表明某时报立场</div><div>暂无评论</div></div>
<div class="recommend"><div>为你推荐</div><ul>{others}</ul></div></div>
<div class="side"><div>时报热榜</div><ol>{items(("指数收涨", "券商走强", "销量公布"))}</ol></div></div>
<footer><div>关于我们 | 服务条例 | 联系我们</div><div>某ICP备00000000号 Copyright © 2008-2024 某传媒</div>
</footer>
</body></html>"""


def central() -> str:
    """The central government: attachments below the article, whose names are links."""
    menu = "".join(f"<span><a href=/>{name}</a></span>" for name in ("首页", "新闻", "政策", "服务"))
    return f"""<html><head><title>{TITLE}_部门动态_某政府网</title></head><body>
<div class="nav2">{menu}</div>
<div class="crumb"><a href=/>首页</a>&gt;<a href=/>政策</a>&gt;<a href=/>解读</a></div>
<div class="article oneColumn"><h1>{TITLE}</h1><div class="pages_content" id="UCAP-CONTENT">{paragraphs()}
<p>附件：<a href="a.pdf">1.任务清单</a></p><p>　　　　<a href="/down?file=b.docx">2.自查情况表</a></p></div>
<div class="related"><div>【我要纠错】责任编辑：己某</div></div><p>扫一扫在手机打开当前页</p></div>
<div class="xgwj"><h3>相关稿件</h3><ul>{items(OTHERS)}</ul></div>
<div class="footer"><p>链接：<a>全国人大</a>|<a>全国政协</a>|<a>最高人民法院</a></p>
<p>主办单位：办公厅 运行维护单位：运行中心</p><p>版权所有：某网</p></div></body></html>"""


COMMENTS = tuple(
    f"我是参保人，去年在外地住院也是这样，跑了{number}趟才报下来，希望早一点联网，真的很不方便。"
    for number in range(2, 14)
)


def forum() -> str:
    """A portal whose readers wrote more than the paper did, and teasers that are not links."""
    comments = "".join(
        f'<div class="item"><a href=/u/{number}>网友{number}</a><p>{comment}</p><span>今天08:1</span>'
        f"<a href=#>举报</a><a href=#>赞{number}</a><a href=#>回复</a></div>"
        for number, comment in enumerate(COMMENTS)
    )
    teasers = "".join(
        f'<li class="t"><a href=/{number}.html>{other}</a>'
        f"<p>记者日前获悉，{other}，相关工作取得阶段性进展，惠及千万群众。</p></li>"
        for number, other in enumerate(OTHERS)
    )
    return f"""<html><head><title>{TITLE}|医保_某浪新闻</title></head><body>
<div class="path"><a href=/>国内新闻</a>&gt;正文</div><h1>{TITLE}</h1><div id="top_bar">
<div class="second-title">{TITLE}</div><div class="date-source"><span>2024年01月16日 08:17</span>
<a>某报</a></div>
</div><div class="left"><div id="artibody">{paragraphs()}<p class="show_author">责任编辑：丙某</p></div>
<ul class="mod">{teasers}</ul><div class="post"><div>{len(COMMENTS)}条评论|106人参与网友评论</div>
<div><h4>最热评论</h4>{comments}</div></div></div></body></html>"""


def readers() -> str:
    """A paper that calls the part of its readers by name."""
    comments = "".join(
        f'<div class="row">{comment}<div><span>踩</span><span>赞</span></div></div>' for comment in COMMENTS
    )
    return f"""<html><head><title>{TITLE}</title></head><body><div class="main"><h1>{TITLE}</h1>
<div class="content">{paragraphs()}</div><div class="gc-comment"><h2>评论</h2>{comments}</div></div>
</body></html>"""


def one_paragraph() -> str:
    """A news agency: one paragraph between a menu and a longer disclaimer."""
    return f"""<html><head><title>{TITLE}-频道-某讯网</title></head><body>
<div class="nav">{items(OTHERS)}</div>
<div class="w600"><h1>{TITLE}</h1><div class="tip">2024-01-16 10:56:28 某报</div><div class="art">
<p>{PROSE[0]}</p>
</div></div><div class="x"><p>【免责声明】本文仅代表作者本人观点，与某讯网无关。
某讯网对文中陈述、观点判断保持中立，不对所包含内容的准确性、可靠性或完整性提供任何明示或暗示的保证。请读者仅作参考，并自行承担全部责任。</p></div>
</body></html>"""


def society() -> str:
    """A society: the page has the name of its column, the title is above the date, contacts aside."""
    return f"""<html><head><title>新闻动态--某某学会官网</title></head><body>
<div class="top">{items(("首页", "章程"))}</div>
<div class="news"><div class="left"><div class="fonts"><h5>{TITLE}</h5><p>发布时间：2024-01-16 来源：某某学会
</p></div>
<div class="text">{paragraphs()}</div></div><div class="right"><div class="cont"><p>联系我们</p>
<p>地 址：某市某路1号，邮政编码：100000</p><p>电 话：010-00000000，传真：010-00000001</p></div></div></div>
</body></html>"""


def province() -> str:
    """A province: a subtitle, and after the editor the news of another day."""
    return f"""<html><head><title>{TITLE} - 某省人民政府门户网站</title></head><body>
<div class="crumbs"><a href=/>首页</a>&gt;<a href=/>要闻</a></div><div class="detail"><h2>{TITLE}</h2>
<h3>全省视频会议在某市举行</h3><div class="info">时间：2024-01-16 06:23 来源：某省日报</div>
<div class="body">{paragraphs()}
<p>责任编辑：丁某</p><blockquote><p>{OTHERS[0]}。</p><p>记者日前获悉，{OTHERS[1]}，相关工作取得进展。</p></blockquote></div>
</div>
<div class="back">扫一扫在手机打开当前页</div></body></html>"""
