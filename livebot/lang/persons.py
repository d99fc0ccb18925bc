"""Who cannot order, or wants a person: buyers whom the page, the payment or their own eyes keep from buying. Pure.

The patterns want the thing and what is wrong with it together, so that an order that was placed, a present for a grandmother or a broken
zip is none. What a line says of others, or of goods that are sold out, is not looked at.
"""

from __future__ import annotations

import re

_BUYING = r"(?:주문서?|결제|결제창|결제\s?페이지|구매|구입|로그인|회원\s?가입|본인\s?인증|장바구니|(?:구매|주문|결제)\s?(?:하기)?\s?버튼)"
_FAILS = (
    r"(?:안\s?(?:돼|되|됨|됩|뜨|떠|뜹|눌|먹|열|들어가|넘어가|나와)|못\s?(?:하겠|해요|하고|합니다|하는|들어가)"
    r"|오류|에러|튕|실패|막혀|막히|멈춰|멈춤|먹통)"
)
_HARD = r"(?:어려워|어렵|힘들|모르겠|몰라|모르는|못\s?하겠|못\s?해요|할\s?줄\s?(?:을\s?)?(?:몰|모르)|헷갈)"
_STAFF = r"(?:상담원|상담사|직원|담당자|판매자|사장님?|사람|안내원)"
_WHERE = r"(?:창이|창|이|가|을|를|도|은|는)?\s?"
_KOREAN = re.compile(
    "|".join(
        (
            rf"{_BUYING}{_WHERE}(?:자꾸|계속|도무지|아예|왜|도저히|잘)?\s?{_FAILS}",
            r"(?:앱|어플|사이트|페이지|홈페이지|화면)(?:이|가|은|는)?\s?(?:자꾸|계속)?\s?"
            r"(?:안\s?(?:떠|뜨|열)|오류|에러|튕|멈|먹통).{0,12}(?:주문|결제|구매|사)",
            rf"(?:주문|결제|구매|구입)(?:하는|하기|하려면)?\s?(?:방법|법|거|것|게|건지)?{_WHERE}(?:너무|좀|잘|도저히)?\s?{_HARD}",
            r"어떻게\s?(?:주문|결제|구매|구입|사)(?:을|를)?\s?(?:하는|해야|하면|는|야)?\s?(?:지|하는지|건지|되는지|할지|하나)?"
            rf".{{0,4}}{_HARD}",
            r"(?:나이가?\s?(?:많|들)|할머니|할아버지|노인|어르신|눈이?\s?(?:어두|침침|안\s?보)|스마트폰|휴대폰|핸드폰|인터넷|컴맹)"
            rf".{{0,16}}(?:주문|결제|구매|사기).{{0,8}}{_HARD}",
            rf"{_STAFF}\s?(?:분|님)?(?:이랑|랑|하고|과|와|께|한테|에게|좀)?\s?(?:직접\s?)?"
            r"(?:통화\s?(?:하|좀|할|가능|연결)|연결|얘기하|얘기\s?좀|이야기하|대화하|바꿔)",
            r"전화\s?(?:로\s?)?(?:주문|구매|결제)(?!\s?(?:도\s?)?(?:잘\s?)?(?:했|됐|됬|완료|성공))",
            r"전화\s?(?:로\s?)?(?:상담\s?(?:하|되|받|가능|원)|연결|통화)|통화\s?(?:하고\s?싶|좀\s?하|할\s?수\s?있)",
            r"(?<!전에 )전화\s?(?:좀\s?)?(?:해\s?주세요|부탁|주실\s?수|주시면\s?안|주시오)",
            r"(?<!누가 )(?:대신|대리로)\s?(?:주문|결제|구매)\s?(?:좀\s?)?(?:해\s?주(?:세요|실|시)|넣어|부탁|가능|되나|돼요\?)",
            r"(?:주문|결제|구매)\s?(?:좀\s?)?(?:대신\s?(?:해|넣|좀|부탁)|도와\s?주(?:세요|실|시)|해\s?주실\s?수)",
        )
    )
)
_CANNOT = r"(?:can'?t|can ?not|couldn'?t|could not|unable to|won'?t let me|not able to|struggling to|having trouble)"
_BUYS = (
    r"(?:order(?:ing)?|check(?:ing)? ?out|pay(?:ing)?|buy(?:ing)?|log ?in|sign in|place (?:my|an|the) order"
    r"|complet\w+ (?:my |the )?(?:order|purchase)|add(?:ing)? (?:it )?to (?:my )?cart)"
)
_ENGLISH = re.compile(
    "|".join(
        (
            rf"\b{_CANNOT} (?:\w+ ){{0,2}}{_BUYS}\b|\b(?:can'?t|cannot) figure out how to {_BUYS}\b"
            rf"|\bdo(?:n'?t| not) know how to {_BUYS}\b",
            r"\b(?:check ?out|payment|buy button|order (?:page|button)|add to cart|cart|website|web ?page|my card)\b.{0,12}\b"
            r"(?:not work(?:ing)?|isn'?t work(?:ing)?|doesn'?t work|does not work|won'?t (?:go|load|work|let|accept|open)"
            r"|keeps? (?:crash|fail|freez|getting|declin|load)\w*|crash(?:es|ed|ing)|broken|frozen|stuck|error|failed|fails|declined)\b",
            r"\b(?:speak|talk|chat) (?:to|with) (?:a |an |some |any |your )?(?:real |actual |live )?"
            r"(?:person|human|someone|somebody|anyone|agent|representative|rep|staff|operator|customer service)\b",
            r"\b(?:order|buy|pay) (?:it |this |that )?(?:by|over the|on the|via|through) (?:tele)?phone\b|\b(?:tele)?phone order",
            r"\bnumber (?:that )?(?:i|we) (?:can|could) (?:call|ring)\b|\bnumber to (?:call|ring)\b",
            r"\b(?:can|could|would) (?:someone|somebody|you|anyone) (?:please )?(?:call|ring|phone) me\b",
            r"\bnot (?:very |so |too )?(?:good|great) (?:with|at) (?:computers?|technology|tech|phones?|apps?|the internet|this online)\b",
        )
    )
)
_NOT_THEIRS = re.compile(r"품절|매진|sold out|out of stock")


def wants_person(folded: str) -> bool:
    """Whether a folded line says that its author cannot order, or wants to reach a person."""
    return (_KOREAN.search(folded) or _ENGLISH.search(folded)) is not None and _NOT_THEIRS.search(folded) is None
