"""Blouses, T-shirts, sweaters, shirts and vests."""

from catalog.sample.styles.style import style

BLOUSES = (
    style(
        "bow blouse | 리본 블라우스; "
        "pussy-bow blouse | 타이 블라우스",
        share=1.2, cut="blouse", seasons="f*3, fu, u", genders="female",
        fabrics="chiffon*3, satin*2, silk, crepe", price=49000, necks="bow collar",
        sleeves="s*2, l*5", sleeve_designs="shirt sleeve*2, puff sleeve*2, basic sleeve",
        lengths="nomal*4, short", closures="buttons*2, back button",
        extras="pintucks*0.25, shirring*0.2", fits="regular*2, relaxed",
        prints="solid*6, dot*2, floral*1.5, stripe*0.5",
    ),
    style(
        "Peter Pan collar blouse | 피터팬 카라 블라우스 @ Peter Pan collar; "
        "sailor collar blouse | 세일러 카라 블라우스 @ sailor collar; "
        "collar blouse | 카라 블라우스",
        cut="blouse", seasons="f*3, u*2", genders="female", fabrics="poplin*4, lace, linen",
        price=42000, necks="Peter Pan collar*3, sailor collar*2", sleeves="s*3, l*3",
        sleeve_designs="puff sleeve*3, basic sleeve*2", lengths="nomal*3, short, crop",
        closures="buttons", extras="lace trim*0.4, embroidered flowers*0.25, pintucks*0.3",
        fits="regular*2, relaxed", prints="solid*7, floral, gingham, dot",
    ),
    style(
        "off-shoulder blouse | 오프숄더 블라우스 @ off shoulder; "
        "one-shoulder blouse | 원숄더 블라우스 @ one shoulder; "
        "summer blouse | 여름 블라우스",
        share=0.8, cut="blouse", seasons="u", genders="female",
        fabrics="poplin*2, rayon*2, linen, organza*1.5", price=39000,
        necks="off shoulder*4, one shoulder*2", sleeves="n, s*4, l",
        sleeve_designs="puff sleeve*3, basic sleeve, Others", lengths="crop*2, short*2, nomal*2",
        features="ruffle trim", extras="shirring*0.5", fits="regular, relaxed",
        prints="solid*5, floral*2, gingham",
    ),
    style(
        "puff-sleeve blouse | 퍼프 블라우스 @ puff sleeve; "
        "square-neck blouse | 스퀘어넥 블라우스 @ square neck; "
        "feminine blouse | 페미닌 블라우스",
        share=1.3, cut="blouse", seasons="f*2, fu, u*3", genders="female",
        fabrics="poplin*3, rayon*2, linen, lace*1.5, organza*1.5", price=45000,
        necks="square neck*3, V-neck, sweetheart neck, U-neck", sleeves="s*4, l*3",
        sleeve_designs="puff sleeve*5, petal sleeve", lengths="crop, short*2, nomal*3",
        closures="none*2, buttons", extras="shirring*0.5, lace trim*0.3, peplum hem*0.3",
        fits="slim, regular*2", prints="solid*6, floral*2, gingham*1.5",
    ),
    style(
        "petal-sleeve blouse | 페탈 슬리브 블라우스 @ petal sleeve; "
        "cape blouse | 케이프 블라우스 @ cape sleeve; "
        "soft blouse | 하늘하늘 블라우스",
        cut="blouse", seasons="f, u*2", genders="female",
        fabrics="chiffon*2, crepe, satin", price=45000,
        necks="round neck*2, V-neck, boat neck, Chinese collar", sleeves="s",
        sleeve_designs="petal sleeve*3, cape sleeve*3", lengths="nomal*3, long",
        extras="keyhole back*0.3", fits="regular, relaxed", prints="solid*5, floral, dot",
    ),
    style(
        "satin blouse | 새틴 블라우스 @ satin; "
        "band collar blouse | 차이나카라 블라우스 @ Chinese collar/band collar; "
        "cowl blouse | 카울넥 블라우스 @ cowl neck; "
        "drape blouse | 드레이프 블라우스",
        cut="blouse", seasons="f*3, u, w", genders="female", fabrics="satin*4, silk, crepe*2",
        price=52000, necks="shirts collar*2, Chinese collar, band collar*2, cowl neck*2",
        sleeves="n*0.6, s, l*5", sleeve_designs="shirt sleeve*4, basic sleeve*2, Others",
        lengths="nomal*4, long, midi*0.4", closures="buttons",
        extras="chest pocket*0.15, pintucks*0.2", fits="regular*2, relaxed",
        prints="solid*7, stripe, leopard, geometric*0.7",
    ),
    style(
        "halter blouse | 홀터넥 블라우스 @ halter neck; "
        "tie-neck sleeveless blouse | 민소매 블라우스",
        share=0.6, cut="blouse", seasons="u", genders="female", fabrics="satin*2, crepe, rayon",
        price=39000, necks="halter neck*3, cowl neck", sleeves="n",
        lengths="crop, short, nomal*3", extras="keyhole back*0.4", fits="slim, regular",
        prints="solid*4, floral, dot",
    ),
)  # fmt: skip

T_SHIRTS = (
    style(
        "basic T-shirt | 베이직 티셔츠; "
        "crew-neck tee | 라운드 반팔티 @ round neck; "
        "daily tee | 데일리 티셔츠",
        share=2.4, cut="tee", seasons="u*4, fu*2, f", genders="both*4, female*2, male*2",
        fabrics="jersey", price=25000, necks="round neck*6, V-neck*2, U-neck", sleeves="s*6, l*2",
        sleeve_designs="basic sleeve", lengths="nomal*5, long, crop*0.8, short",
        extras="chest pocket*0.25, logo print*0.3, slogan print*0.15, side slits*0.15",
        fits="regular*3, oversized*3, slim",
        prints="solid*10, stripe*3, tie-dye*1.2, colour block",
    ),
    style(
        "breton top | 스트라이프 티 @ stripe; "
        "boat-neck tee | 보트넥 티셔츠 @ boat neck; "
        "long tee | 롱슬리브 티 @ l; "
        "layered tee | 레이어드 티",
        share=1, cut="tee", seasons="f*2, fu*2, u", genders="female*3, both*2, male",
        fabrics="jersey*3, cotton knit", price=32000, necks="boat neck*4, round neck",
        sleeves="l*4, s*2", sleeve_designs="basic sleeve", lengths="nomal*4, short",
        extras="side slits*0.3", fits="regular*2, relaxed", prints="stripe*5, solid",
        palette="Blue*5, Black*3, Red*2, Green, Beige",
    ),
    style(
        "polo shirt | 카라 티셔츠; "
        "pique polo | 피케 폴로 티",
        share=1.3, cut="tee", seasons="u*3, fu, f", genders="male*3, both, female*2",
        fabrics="pique*4, rib knit, cotton knit", price=39000, necks="polo collar",
        sleeves="s*5, l*2", sleeve_designs="ribbed sleeve*2, basic sleeve",
        lengths="nomal*4, crop", closures="half buttons",
        extras="chest embroidery*0.5, side slits*0.4", fits="regular*3, slim, relaxed",
        prints="solid*7, stripe*2, colour block",
    ),
    style(
        "hoodie | 후드티 @ hood; "
        "sweatshirt | 맨투맨 @ round neck; "
        "sweat top | 스웨트 상의",
        share=1.5, cut="sweat", seasons="f*4, w*2", genders="both*5, male, female",
        fabrics="terry", price=49000, necks="hood*3, round neck*3", sleeves="l",
        sleeve_designs="ribbed sleeve", lengths="nomal*4, crop, long", features="rib hem",
        extras="kangaroo pocket*0.4, logo print*0.35, slogan print*0.3, varsity letter*0.15",
        fits="oversized*3, regular*2", prints="solid*10, colour block*1.5, tie-dye*0.6",
    ),
    style(
        "crop tee | 크롭 티셔츠 @ crop; "
        "square-neck tee | 스퀘어넥 티 @ square neck; "
        "off-shoulder tee | 오프숄더 티 @ off shoulder; "
        "fitted tee | 슬림핏 티",
        share=1.1, cut="fitted tee", seasons="u*4, fu", genders="female",
        fabrics="rib knit*3, jersey*2", price=23000,
        necks="square neck*3, U-neck*2, off shoulder*2, one shoulder, sweetheart neck",
        sleeves="s*4, l*1.5, n", sleeve_designs="basic sleeve*3, puff sleeve",
        lengths="crop*4, short*2, nomal", extras="shirring*0.25, contrast piping*0.15",
        fits="slim*3, regular", prints="solid*9, stripe, gingham*0.5",
    ),
    style(
        "sleeveless tank | 민소매 나시 @ U-neck/round neck; "
        "halter top | 홀터 탑 @ halter neck; "
        "tube top | 튜브탑 @ no neckline; "
        "sleeveless top | 슬리브리스",
        share=1, cut="fitted tee", seasons="u", genders="female*4, both*0.5",
        fabrics="rib knit*3, jersey*2", price=18000,
        necks="U-neck*3, halter neck*3, no neckline*2, round neck", sleeves="n",
        lengths="crop*3, short*2, nomal*2", extras="contrast piping*0.2", fits="slim",
        prints="solid*8, stripe",
    ),
    style(
        "mock-neck tee | 반폴라 티; "
        "thermal layer top | 이너 폴라티",
        share=0.8, cut="fitted tee", seasons="f*2, w*3", genders="female*3, male, both*2",
        fabrics="jersey*2, rib knit*2, ponte", price=26000, necks="turtle neck", sleeves="l",
        sleeve_designs="basic sleeve", lengths="nomal*3, short", fits="slim*3, regular",
        prints="solid*8, stripe*1.5",
    ),
)  # fmt: skip

SWEATERS = (
    style(
        "turtleneck sweater | 터틀넥 니트; "
        "roll-neck knit | 폴라 니트",
        share=1.5, cut="sweater", seasons="w", genders="female*3, male*2, both",
        fabrics="lambswool*3, cashmere knit*2, aran*2, acrylic knit, mohair", price=69000,
        necks="turtle neck", sleeves="l", sleeve_designs="ribbed sleeve*3, basic sleeve",
        lengths="nomal*4, short, long, crop*0.6", features="rib hem", extras="side slits*0.2",
        fits="regular*2, oversized*2, slim", prints="solid*9, stripe, nordic",
    ),
    style(
        "crew-neck sweater | 라운드 니트; "
        "pullover | 풀오버 니트; "
        "cable-knit sweater | 케이블 니트 @ aran",
        share=2, cut="sweater", seasons="f*2, w*4", genders="female*2, male*2, both*2",
        fabrics="lambswool*2, aran*2, cotton knit*2, acrylic knit, cashmere knit, mohair",
        price=59000, necks="round neck", sleeves="l",
        sleeve_designs="ribbed sleeve*4, puff sleeve*0.6, Others*0.4",
        lengths="nomal*4, short, crop", features="rib hem", extras="embroidered patch*0.1",
        fits="regular*2, oversized*2, relaxed",
        prints="solid*8, stripe*1.5, nordic*1.3, argyle*1.2, colour block*1.3",
    ),
    style(
        "V-neck knit | 브이넥 니트 @ V-neck; "
        "polo knit | 카라 니트 @ polo collar; "
        "thin knit | 얇은 니트",
        share=1.2, cut="sweater", seasons="f*3, w*2", genders="female*2, male*3, both",
        fabrics="cotton knit*2, lambswool, rayon knit*2, acrylic knit, rib knit", price=49000,
        necks="V-neck*3, polo collar*2", sleeves="l*6, s", sleeve_designs="ribbed sleeve",
        lengths="nomal*4, short", features="rib hem", fits="regular*2, relaxed, slim",
        prints="solid*8, stripe*1.5, argyle",
    ),
    style(
        "summer knit | 여름 반팔 니트 @ u; "
        "boat-neck knit | 보트넥 니트 @ boat neck; "
        "cowl knit | 카울넥 니트 @ cowl neck; "
        "light knit | 라이트 니트",
        share=1.1, cut="sweater", seasons="u*3, fu, f*2", genders="female",
        fabrics="rayon knit*3, cotton knit*2, rib knit", price=38000,
        necks="boat neck*2, cowl neck*2, square neck, off shoulder, one shoulder*0.6, round neck",
        sleeves="n, s*4, l*2",
        sleeve_designs="ribbed sleeve*2, basic sleeve*2, puff sleeve, petal sleeve*0.5",
        lengths="crop*2, short*2, nomal*3", features="rib hem", extras="scallop trim*0.2",
        fits="slim*2, regular", prints="solid*7, stripe*2",
    ),
    style(
        "knit tunic | 니트 튜닉; "
        "long sweater | 롱 니트",
        share=0.5, cut="sweater", seasons="w*2, f", genders="female",
        fabrics="acrylic knit, lambswool, rib knit", price=59000,
        necks="cowl neck*2, turtle neck, V-neck", sleeves="l",
        sleeve_designs="basic sleeve*2, ribbed sleeve", lengths="long*3, midi",
        extras="side slits*0.5", fits="relaxed, oversized",
    ),
)  # fmt: skip

SHIRTS = (
    style(
        "oxford shirt | 옥스퍼드 셔츠; "
        "dress shirt | 드레스 셔츠; "
        "basic shirt | 베이직 셔츠",
        share=2, cut="shirt", seasons="f*3, fu*3, u", genders="male*4, female*2, both*2",
        fabrics="oxford*3, poplin*3, lyocell", price=45000, necks="shirts collar",
        sleeves="l*6, s", sleeve_designs="shirt sleeve", lengths="nomal*5, long, crop*0.3",
        closures="buttons*5, hidden placket", extras="chest pocket*0.6, button-down collar*0.4",
        fits="regular*3, slim*2, oversized*2", prints="solid*6, pinstripe*2.5, gingham",
        palette="White*7, Blue*6, Black*2, Gray, Pink*1.5, Beige, Green*0.6, Purple*0.5, "
        "Yellow*0.4",
    ),
    style(
        "linen shirt | 린넨 셔츠 @ linen; "
        "band collar shirt | 헨리넥 셔츠 @ band collar; "
        "ramie shirt | 모시 셔츠 @ ramie; "
        "summer shirt | 여름 셔츠",
        share=1.2, cut="shirt", seasons="u", genders="male*3, both*2, female",
        fabrics="linen*4, ramie*2", price=49000, necks="band collar*3, shirts collar*2",
        sleeves="s*2, l*3", sleeve_designs="shirt sleeve", lengths="nomal*4, long",
        closures="buttons*2, half buttons", extras="chest pocket*0.4", fits="relaxed*2, regular",
        prints="solid*7, pinstripe",
    ),
    style(
        "flannel check shirt | 플란넬 체크 셔츠 @ flannel; "
        "overshirt | 오버 셔츠",
        share=1.2, cut="shirt", seasons="f*2, w*2", genders="male*3, both*3, female",
        fabrics="flannel*4, corduroy, denim", price=49000, necks="shirts collar", sleeves="l",
        sleeve_designs="shirt sleeve", lengths="nomal*4, long", closures="buttons, snaps",
        features="chest flap pockets", fits="oversized*2, regular",
        prints="plaid*4, gingham, solid*1.5",
    ),
    style(
        "open-collar shirt | 오픈카라 셔츠; "
        "aloha shirt | 하와이안 셔츠 @ floral; "
        "bowling shirt | 볼링 셔츠",
        share=1, cut="shirt", seasons="u", genders="male*3, both*2, female",
        fabrics="rayon*3, lyocell, linen", price=42000,
        necks="shawl collar, tailored collar*2, shirts collar", sleeves="s",
        sleeve_designs="basic sleeve", lengths="nomal*3, short, crop*0.5", closures="buttons",
        extras="chest pocket*0.4, side slits*0.2", fits="relaxed*2, oversized",
        prints="solid*3, floral*2.5, geometric, paisley*0.8, stripe, colour block*0.5",
    ),
    style(
        "stand-collar shirt | 차이나카라 셔츠 @ Chinese collar/band collar; "
        "denim shirt | 데님 셔츠 @ denim; "
        "half-sleeve shirt | 하프 셔츠 @ s; "
        "casual shirt | 캐주얼 셔츠",
        share=0.9, cut="shirt", seasons="f*2, u", genders="male*2, both*2, female*2",
        fabrics="denim*3, lyocell*2, poplin", price=45000,
        necks="Chinese collar*3, shirts collar*2, band collar", sleeves="s, l*3",
        sleeve_designs="shirt sleeve*4, basic sleeve", lengths="nomal*3, long, short*0.4",
        closures="buttons*3, hidden placket", extras="chest pocket*0.4, contrast stitching*0.2",
        fits="regular*2, relaxed", prints="solid*6, pinstripe",
    ),
)  # fmt: skip

VESTS = (
    style(
        "knit vest | 니트 베스트; "
        "sweater vest | 니트 조끼",
        share=2, cut="vest", seasons="f*3, w*2", genders="female*3, both*2, male*2",
        fabrics="lambswool*2, acrylic knit*2, cotton knit*2, aran", price=42000,
        necks="V-neck*4, round neck, square neck*0.4", sleeves="n",
        lengths="nomal*3, short*2, crop", features="rib hem", fits="regular, oversized, slim*0.6",
        prints="solid*6, argyle*3, stripe, nordic*0.6",
    ),
    style(
        "tailored vest | 테일러드 베스트; "
        "suit waistcoat | 수트 베스트",
        share=1.2, cut="vest", seasons="f*3, fu, u", genders="female*2, male*2",
        fabrics="suiting*3, worsted*2, linen", price=59000,
        necks="V-neck*4, tailored collar, Others*0.5", sleeves="n",
        lengths="nomal*2, short*2, long", closures="buttons*4, double", features="welt pockets",
        fits="slim, regular*2", prints="solid*6, glen check, pinstripe*1.5, herringbone",
    ),
    style(
        "quilted vest | 패딩 조끼 @ padded nylon; "
        "utility vest | 유틸리티 베스트 @ nylon/denim/corduroy; "
        "outdoor vest | 아웃도어 조끼",
        share=0.8, cut="vest", seasons="f, w*2", genders="both*3, male, female",
        fabrics="padded nylon*2, nylon, denim, corduroy", price=65000,
        necks="Chinese collar*3, hood, no neckline", sleeves="n", lengths="nomal*2, short",
        closures="zip*2, snaps", features="flap pockets", fits="regular, relaxed",
    ),
)  # fmt: skip
