"""Words for fit, length, print, occasion and care."""

from catalog.sample.words.terms import Term, terms

FITS: dict[str, tuple[Term, ...]] = {
    "regular": terms(
        "regular fit | 레귤러 핏\nstandard fit | 스탠다드 핏\ntrue to size | 정사이즈"
    ),
    "slim": terms("slim fit | 슬림핏\nfitted | 슬림한 라인"),
    "relaxed": terms("relaxed fit | 릴렉스 핏\ncomfort fit | 여유핏\nsemi-over fit | 세미 오버핏"),
    "oversized": terms("oversized | 오버핏\nboxy fit | 박시핏\ndrop shoulder | 드롭 숄더"),
}

LENGTHS: dict[str, tuple[Term, ...]] = {
    "crop": terms("cropped | 크롭\nwaist-baring | 크롭 기장"),
    "short": terms("short length | 숏 기장\nhigh-hip length | 짧은 기장"),
    "nomal": terms("hip length | 기본 기장\nregular length | 노멀 기장"),
    "midi": terms("midi length | 미디 기장\nknee length | 무릎 기장"),
    "long": terms("long length | 롱 기장\nlongline | 긴 기장"),
    "mini": terms("mini length | 미니 기장\nabove the knee | 무릎 위 기장"),
    "maxi": terms("maxi length | 맥시 기장\nankle length | 발목 기장"),
}

SHAPES: dict[str, tuple[Term, ...]] = {
    "skinny": terms("skinny leg | 스키니\nleg-hugging | 다리에 붙는 핏"),
    "normal": terms("straight leg | 일자 핏\nregular leg | 스트레이트"),
    "wide": terms("wide leg | 와이드\nfloor-skimming wide leg | 세미 와이드"),
    "loose": terms("loose leg | 루즈핏\ntapered | 테이퍼드"),
    "bell-bottom": terms("flared leg | 나팔 라인\nbootcut | 부츠컷"),
    "A-line and bell line": terms("A-line | A라인\nflared | 플레어 라인"),
    "mermaid line": terms("mermaid line | 머메이드 라인\ntrumpet hem | 인어 라인"),
}

PRINTS: dict[str, tuple[Term, ...]] = {
    "solid": terms("solid | 무지\nplain | 솔리드"),
    "stripe": terms("breton stripe | 단가라 스트라이프\nstriped | 스트라이프"),
    "pinstripe": terms("pinstripe | 핀스트라이프\nchalk stripe | 초크 스트라이프"),
    "gingham": terms("gingham check | 깅엄 체크\nmini check | 잔체크"),
    "glen check": terms("glen check | 글렌 체크\nPrince of Wales check | 하운드 체크"),
    "herringbone": terms("herringbone | 헤링본"),
    "plaid": terms("tartan plaid | 타탄 체크\nmadras check | 마드라스 체크"),
    "dot": terms("polka dot | 도트\npin dot | 땡땡이"),
    "colour block": terms("colour-block | 배색\ntwo-tone | 투톤"),
    "nordic": terms("Fair Isle | 페어아일\nnordic pattern | 노르딕"),
    "floral": terms(
        "floral print | 플라워 프린트\nditsy floral | 잔꽃무늬\nbotanical print | 보태니컬"
    ),
    "argyle": terms("argyle | 아가일"),
    "tie-dye": terms("tie-dye | 타이다이\nmarbled | 마블"),
    "patchwork": terms("patchwork | 패치워크"),
    "leopard": terms("leopard print | 레오파드\nanimal print | 호피"),
    "geometric": terms("geometric print | 기하학 패턴\nabstract print | 추상 패턴"),
    "paisley": terms("paisley | 페이즐리"),
}

MULTI = terms("multicolour | 멀티\nmixed colours | 믹스 컬러")

SEASONS: dict[str, tuple[Term, ...]] = {
    "f": terms("spring and autumn | 봄가을\nmid-season | 간절기\ntransitional | 환절기"),
    "fu": terms("spring to summer | 봄여름\nthree-season | 쓰리 시즌"),
    "u": terms("summer | 여름\nhigh summer | 한여름\nvacation | 휴가철"),
    "w": terms("winter | 겨울\ncold-weather | 한파 대비\nholiday season | 연말"),
    "fw": terms("autumn to winter | 가을겨울\ncooler months | FW 시즌"),
}

ROLES: dict[str, tuple[Term, ...]] = {
    "outer": terms("outerwear | 아우터\nouter layer | 겉옷\nlayering piece | 레이어드 아이템"),
    "top": terms("top | 상의\ninner top | 이너\neveryday top | 데일리 상의"),
    "onepiece": terms("one-piece | 원피스\nall-in-one | 올인원\none-and-done outfit | 한 벌 코디"),
    "bottom": terms(
        "bottoms | 하의\nmatching bottoms | 코디용 하의\neveryday bottoms | 데일리 하의"
    ),
}

OCCASIONS: dict[str, tuple[Term, ...]] = {
    "outer": terms("""
        commuting | 출근룩
        campus | 캠퍼스룩
        weekend walks | 주말 산책
        travel | 여행
        street style | 스트릿 무드
        minimal | 미니멀
        classic wardrobe | 클래식 코디"""),
    "top": terms("""
        office look | 오피스룩
        daily look | 데일리룩
        date look | 데이트룩
        campus look | 캠퍼스룩
        couple look | 커플룩
        casual Friday | 캐주얼 프라이데이
        resort | 리조트룩
        weekend errands | 꾸안꾸"""),
    "onepiece": terms("""
        wedding guest | 하객룩
        date look | 데이트룩
        resort | 바캉스룩
        brunch | 브런치
        garden party | 가든 파티
        anniversary | 기념일
        first impressions | 소개팅룩"""),
    "bottom": terms("""
        office look | 오피스룩
        daily look | 데일리룩
        lounge | 원마일웨어
        travel day | 여행룩
        stage look | 페스티벌룩
        formal | 포멀
        weekend | 주말룩"""),
}

FLATTERY: dict[str, tuple[Term, ...]] = {
    "outer": terms("""
        wide shoulders | 어깨 라인 강조
        roomy armholes | 넉넉한 암홀
        fits over knits | 니트 위 착용"""),
    "top": terms("""
        slim neckline | 목선이 예쁜
        covers upper arms | 팔뚝 커버
        full-length back | 힙 덮는 뒷길이"""),
    "onepiece": terms("""
        defined waist | 허리 라인 강조
        hides tummy | 뱃살 커버
        flowing hem | 찰랑이는 밑단"""),
    "bottom": terms("""
        high rise | 하이웨이스트
        lengthens legs | 다리 길어 보이는
        hides thighs | 허벅지 커버
        mid rise | 미드라이즈"""),
}

CARE: dict[str, tuple[Term, ...]] = {
    "delicate": terms(
        "dry clean only | 드라이클리닝\nhand wash cold | 찬물 손세탁\nsteam to finish | 스팀 다림질"
    ),
    "sturdy": terms(
        "machine wash | 세탁기 사용 가능\ntumble dry low | 저온 건조\nwash inside out | 뒤집어 세탁"
    ),
}

PRAISE = terms("""
    best seller | 베스트셀러
    reorder | 재입고
    editor's pick | MD 추천
    limited run | 한정 수량
    new in | 신상
    small batch | 소량 제작
    made in Korea | 국내 제작
    own label | 자체 제작
    easy care | 관리 쉬운
    lined | 안감 있음
    unlined | 안감 없음
    anti-pilling | 보풀 방지
    colour-fast | 이염 방지
    gift ready | 선물 추천
    restocked favourite | 꾸준한 인기
    model's choice | 모델 착용
""")
