"""Claims that may not be advertised of cosmetics, food and devices: that they heal, prevent or surely work. Pure.

Korean law (화장품법 제13조, 식품표시광고법 제8조, 의료기기법 제24조) forbids to speak of goods as of medicines; a shop answers for what it
repeats. The patterns want the thing and what is said to be done to it together, so that a word alone (치료 중, 주름, a disclaimer) is none.
"""

from __future__ import annotations

import re

_AILMENT = "|".join(
    (
        *("질병", "질환", "감기", "독감", "암", "치매", "당뇨", "고혈압", "비염", "아토피", "여드름", "습진", "무좀", "탈모"),
        *("관절염", "관절", "디스크", "통증", "염증", "변비", "불면증", "우울증", "두통", "허리", "무릎"),
    )
)
_AILMENT_EN = "acne|eczema|cancer|diabetes|arthritis|pain|back pain|disease|illness|colds?|flu|wrinkles|hair loss|anxiety|insomnia"
_KOREAN = re.compile(
    "|".join(
        (
            rf"(?:{_AILMENT})(?:[이가을를도은는의에]|에도)?\s?(?:완전히?\s?|싹\s?|다\s?|확\s?|정말\s?|진짜\s?|금방\s?)?(?:예방|치료|개선|완화|완치|낫|나았|나아|사라|없어졌|없애|고쳐|잡아)",
            r"완치(?:됐|돼|됩|했|시)|치료(?:돼|됩|됐|해\s?줘|해\s?주|해줍|효과|에\s?좋|에\s?효)|항암|항염|낫게\s?(?:해|하)",
            r"(?:혈당|혈압|콜레스테롤|중성지방)(?:[이을를도])?\s?(?:확\s?|쭉\s?)?(?:낮|내려|내리|떨어|잡아|조절)",
            r"면역력?(?:[이을를도])?\s?(?:높|올려|올라|강화|증진|좋아)",
            r"(?:살|체중|뱃살|지방)(?:[이을도])?\s?(?:쭉쭉\s?|쏙\s?|확\s?)?(?:빠져|빠집|빠졌|빠지|빠진|빼\s?줘|빼줍|감량|분해)",
            r"(?:주름|기미|잡티|모공|흉터)(?:[이가을를도])?\s?(?:싹\s?|다\s?|완전히?\s?|확\s?|정말\s?|진짜\s?)?(?:개선|없어|없애|사라|펴져|펴집|옅어|제거)|피부\s?재생|세포\s?재생",
            r"부작용(?:[이은도])?\s?(?:전혀\s?|하나도\s?|절대\s?)?(?:없|제로|0)|100\s?%\s?(?:안전|효과|보장)|디톡스|독소\s?배출",
            r"(?:의사|약사|병원)(?:[가도이]|들이|에서)?\s?(?:추천|처방|인정)|약보다\s?(?:낫|좋|효과)|키(?:가|도)?\s?(?:쑥쑥|커져|크는)",
        )
    )
)
_ENGLISH = re.compile(
    r"\b(?:cures?|cured|heals?|healed|treats?|prevents?|reverses?|eliminates?)\s(?:my |your |any |all |the )?"
    rf"(?:{_AILMENT_EN})\b"
    r"|\b(?:lowers?|reduces?|controls?)\s(?:my |your )?(?:blood (?:sugar|pressure)|cholesterol)\b"
    r"|\b(?:boosts?|strengthens?)\s(?:my |your |the )?immun\w+|\b(?:lose|lost|burns?|melts?)\s(?:\w+ ){0,3}(?:weight|fat|kilos|pounds)\b"
    r"|\b(?:no|zero|without(?: any)?) side effects?\b|\b100\s?%\s?(?:safe|effective|guaranteed)\b|\bclinically proven\b|\bfda approved\b"
    r"|\bdetox(?:es|ifies)?\b|\bdoctor recommended\b|\bmiracle cure\b"
)
# What takes a claim back: the disclaimer that the law itself asks for, or somebody who says that it does not work.
_TAKEN_BACK = re.compile(
    r"(?:예방|치료|개선|완화|효과)[^.!?]{0,16}(?:아니|아닙|아녜|않|못|안\s?(?:돼|되|해|합|됩)|없)"
    r"|\b(?:not|doesn'?t|does not|don'?t|won'?t|cannot|can'?t|isn'?t|never)\b[^.!?]{0,40}"
)
_NOT_SAID = re.compile(r"말씀[^.!?]{0,10}(?:드릴|할)\s?수[가는]?\s?없")  # who says that they may not say it
_NOT_TAKEN_BACK = re.compile(r"부작용")


def makes_claim(folded: str) -> bool:
    """Whether a folded line claims of goods what only a medicine may claim."""
    for pattern in (_KOREAN, _ENGLISH):
        for match in pattern.finditer(folded):
            around = folded[max(0, match.start() - 24) : match.end() + 20]
            taken_back = _TAKEN_BACK.search(around) or _NOT_SAID.search(folded, match.end(), match.end() + 40)
            if _NOT_TAKEN_BACK.search(match[0]) or not taken_back:
                return True
    return False
