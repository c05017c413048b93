"""Words for fibres, and for how a cloth feels."""

from catalog.sample.words.terms import Term, terms

FIBRE_WORDS: dict[str, tuple[Term, ...]] = {
    "Cotton": terms("cotton | 면\ncombed cotton | 코마사 면\norganic cotton | 오가닉 코튼"),
    "Hemp": terms("linen | 리넨\nlinen | 마\nflax linen | 린넨"),
    "cellulose fiber Others": terms("ramie | 모시\nramie | 저마"),
    "Silk": terms("silk | 실크\nmulberry silk | 견"),
    "Wool": terms("wool | 울\nwool | 모\nmerino wool | 메리노 울"),
    "protein fiber Others": terms("cashmere | 캐시미어\nalpaca | 알파카"),
    "Viscos rayon": terms("viscose | 비스코스\nrayon | 레이온"),
    "regenerated fiber Others": terms(
        "lyocell | 리오셀\nmodal | 모달\nTencel | 텐셀\ncupro | 큐프라"
    ),
    "Polyester": terms(
        "polyester | 폴리에스터\npolyester | 폴리\nrecycled polyester | 리사이클 폴리"
    ),
    "Nylon": terms("nylon | 나일론\npolyamide | 폴리아미드"),
    "Polyurethane": terms("polyurethane | 폴리우레탄\nelastane | 스판\nspandex | 스판덱스"),
    "synthetic fiber Others": terms("acrylic | 아크릴"),
}

OF_FABRIC: dict[tuple[str, str], tuple[Term, ...]] = {
    ("padded nylon", "protein fiber Others"): terms("duck down | 오리털\ngoose down | 거위털"),
    ("mohair", "protein fiber Others"): terms("mohair | 모헤어\nkid mohair | 키드 모헤어"),
    ("faux leather", "synthetic fiber Others"): terms("synthetic leather | 합성 피혁"),
    ("boa fleece", "synthetic fiber Others"): terms("modacrylic | 모다크릴"),
    ("tweed", "synthetic fiber Others"): terms("acrylic | 아크릴\nmetallic yarn | 메탈릭사"),
}
"""What a fibre is called in one cloth."""

FEEL: dict[str, tuple[Term, ...]] = {
    "plain": terms("""
        crisp | 바스락거리는
        smooth | 매끈한
        wrinkle-resistant | 구김 적은
        sturdy | 탄탄한
        lightweight | 가벼운"""),
    "satin": terms("lustrous | 은은한 광택의\nfluid | 찰랑이는\nsilky | 실키한"),
    "denim": terms(
        "14 oz | 14온스\nstone-washed | 스톤 워싱\nselvedge | 셀비지\nsoft-washed | 소프트 워싱"
    ),
    "linen": terms(
        "airy | 시원한\nslubby | 내추럴한 슬럽\ncool-touch | 냉감\ngarment-washed | 가먼트 워싱"
    ),
    "tweed": terms("textured | 입체적인\nmulti-yarn | 믹스사\nclassic | 클래식한"),
    "melton": terms("dense | 밀도 높은\nnapped | 기모 가공\nwarm | 포근한"),
    "fleece": terms("fluffy | 뽀송한\ncurly | 뽀글뽀글한\nheavy-pile | 두툼한 파일"),
    "cord": terms("wide-wale | 굵은 골\nfine-wale | 잔골\nvelvety | 벨벳 같은"),
    "leather": terms("supple | 부드러운 광택\npebbled | 오톨도톨한"),
    "lace": terms("scalloped | 스캘럽\ndelicate | 섬세한"),
    "jersey": terms(
        "soft | 보들보들한\nheavyweight | 헤비웨이트\nbreathable | 통기성 좋은\nsilket | 실켓"
    ),
    "rib": terms("stretchy | 쫀쫀한\nbody-hugging | 몸에 감기는\nbreathable | 통기성 좋은"),
    "knit": terms("chunky | 도톰한\n7-gauge | 7게이지\nsoft | 부드러운\nitch-free | 까슬거림 없는"),
    "fine knit": terms("12-gauge | 12게이지\nsleek | 고운\nwhisper-light | 가벼운"),
    "cable": terms("hand-framed | 손맛 나는\nchunky | 도톰한\n5-gauge | 5게이지"),
    "mohair": terms("brushed | 브러시드\nairy | 공기처럼 가벼운\nfuzzy | 보송한"),
}
"""What is said of a cloth, by its surface."""
