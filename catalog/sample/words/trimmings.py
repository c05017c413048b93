"""Words for what is sewn on, cut in or printed: each trimming as shops call it."""

from catalog.sample.words.terms import Term, named_terms, terms

TRIMMINGS: dict[str, Term] = named_terms("""
    back vent | 뒤트임
    back ventilation | 등판 벤틸레이션
    belt | 벨트 세트
    belt loops | 벨트 고리
    bib pocket | 가슴 앞주머니
    button-down collar | 버튼다운 카라
    cargo pockets | 카고 포켓
    chest embroidery | 가슴 자수
    chest flap pockets | 가슴 플랩 포켓
    chest pocket | 가슴 포켓
    chest welt | 가슴 웰트 포켓
    chest zip pocket | 가슴 지퍼 포켓
    contrast piping | 배색 파이핑
    contrast sleeves | 배색 소매
    contrast stitching | 배색 스티치
    destroyed wash | 데미지 워싱
    double pleats | 투턱
    drawstring | 허리 스트링
    drawstring hem | 밑단 스트링
    drawstring waist | 허리 스트링 조절
    elastic waist | 허리 밴딩
    elbow patches | 팔꿈치 패치
    embroidered flowers | 꽃 자수
    embroidered patch | 와펜 자수
    epaulettes | 견장
    flap pockets | 플랩 포켓
    fleece lining | 플리스 안감
    four flap pockets | 포 포켓
    frog closure | 매듭 단추
    front slits | 앞트임
    gold buttons | 금장 단추
    kangaroo pocket | 캥거루 포켓
    keyhole back | 뒷면 키홀
    lace trim | 레이스 트리밍
    logo print | 로고 프린팅
    patch pockets | 아웃 포켓
    peplum hem | 페플럼
    pintucks | 핀턱
    plaid lining | 체크 안감
    pleats | 플리츠
    pressed crease | 앞주름
    reflective tape | 반사 테이프
    rib hem | 밑단 시보리
    rolled cuffs | 롤업 밑단
    ruffle hem | 러플 밑단
    ruffle trim | 러플 장식
    scallop trim | 스캘럽 장식
    shirring | 스모크 셔링
    side slits | 옆트임
    side stripe | 사이드 라인
    silk lining | 실크 안감
    slant pockets | 사선 포켓
    sleeve pocket | 소매 포켓
    slogan print | 레터링 프린팅
    storm flap | 스톰 플랩
    tiers | 캉캉 디테일
    varsity letter | 와펜 로고
    welt pockets | 웰트 포켓
    zip pockets | 지퍼 포켓
""")

NECKS: dict[str, tuple[Term, ...]] = {
    "shirts collar": terms("shirt collar | 셔츠 카라\npointed collar | 포인트 카라"),
    "bow collar": terms("bow collar | 리본 카라\npussy bow | 타이 넥"),
    "sailor collar": terms("sailor collar | 세일러 카라"),
    "shawl collar": terms("shawl collar | 숄 카라"),
    "polo collar": terms("polo collar | 폴로 카라\nknit collar | 니트 카라"),
    "Peter Pan collar": terms("Peter Pan collar | 피터팬 카라\nround collar | 동글 카라"),
    "tailored collar": terms("notched lapel | 노치드 라펠\ntailored collar | 테일러드 카라"),
    "Chinese collar": terms("mandarin collar | 차이나 카라\nstand-up collar | 하이넥"),
    "band collar": terms("band collar | 밴드 카라\ngrandad collar | 헨리넥"),
    "hood": terms("hood | 후드\ntwo-way hood | 투웨이 후드"),
    "round neck": terms("round neck | 라운드넥\ncrew neck | 크루넥"),
    "U-neck": terms("U-neck | 유넥\nscoop neck | 스쿱넥"),
    "V-neck": terms("V-neck | 브이넥"),
    "halter neck": terms("halter neck | 홀터넥"),
    "off shoulder": terms("off-shoulder | 오프숄더\nBardot neck | 바르도 넥"),
    "one shoulder": terms("one-shoulder | 원숄더\nasymmetric neck | 언밸런스 넥"),
    "square neck": terms("square neck | 스퀘어넥"),
    "turtle neck": terms("turtleneck | 터틀넥\nroll neck | 폴라넥"),
    "boat neck": terms("boat neck | 보트넥"),
    "cowl neck": terms("cowl neck | 카울넥\ndraped neck | 드레이프 넥"),
    "sweetheart neck": terms("sweetheart neck | 하트넥"),
    "no neckline": terms("collarless | 노카라\nneckline-free | 넥라인 없는"),
    "Others": terms("keyhole neck | 키홀넥\nslit neck | 슬릿넥"),
}

SLEEVES: dict[str, tuple[Term, ...]] = {
    "basic sleeve": terms("set-in sleeve | 셋인 소매\nplain sleeve | 기본 소매"),
    "ribbed sleeve": terms("ribbed cuff | 시보리 소매\nknit cuff | 골지 소맷단"),
    "shirt sleeve": terms("buttoned cuff | 커프스 소매\nshirt sleeve | 셔츠 소매"),
    "puff sleeve": terms("puff sleeve | 퍼프 소매\nballoon sleeve | 벌룬 소매"),
    "cape sleeve": terms("cape sleeve | 케이프 소매"),
    "petal sleeve": terms("petal sleeve | 튤립 소매\ntulip sleeve | 페탈 소매"),
    "Others": terms("bell sleeve | 나팔 소매\nflared cuff | 벨 소매"),
}

CLOSURES: dict[str, tuple[Term, ...]] = {
    "buttons": terms("single-breasted | 싱글 여밈\nbutton front | 단추 여밈"),
    "double": terms("double-breasted | 더블 여밈\nsix-button double | 식스 버튼 더블"),
    "zip": terms("two-way zip | 투웨이 지퍼\nzip front | 지퍼 여밈"),
    "slant zip": terms("off-centre zip | 사선 지퍼"),
    "toggles": terms("toggle closure | 토글 여밈"),
    "snaps": terms("snap buttons | 스냅 단추"),
    "hidden placket": terms("concealed placket | 히든 버튼"),
    "half buttons": terms("half placket | 반집업 단추\nhenley placket | 헨리 여밈"),
    "back button": terms("back button | 뒷단추"),
    "open": terms("open front | 오픈형"),
    "belted": terms("self-tie belt | 셀프 타이 벨트"),
}
