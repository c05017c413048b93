"""Dresses and jumpsuits."""

from catalog.sample.styles.style import style

DRESSES = (
    style(
        "shirt dress | 셔츠 원피스; "
        "belted shirt dress | 벨티드 셔츠 원피스 @ belt",
        share=1.1, cut="shirt dress", seasons="f*2, fu*2, u", genders="female",
        fabrics="poplin*3, linen*2, denim, lyocell*2, corduroy*0.5", price=79000,
        necks="shirts collar*4, band collar, tailored collar*0.6", sleeves="s*2, l*3",
        sleeve_designs="shirt sleeve*3, puff sleeve", lengths="midi*3, long*2, short",
        closures="buttons", extras="belt*0.7, chest pocket*0.3", fits="regular*2, relaxed",
        prints="solid*5, pinstripe*2, gingham, plaid*0.5",
    ),
    style(
        "floral dress | 플라워 원피스 @ floral; "
        "wrap dress | 랩 원피스 @ V-neck; "
        "tea dress | 티 드레스",
        share=1.4, cut="flare dress", seasons="f*2, fu, u*3", genders="female",
        fabrics="chiffon*3, rayon*4, crepe", price=69000,
        necks="V-neck*4, square neck*2, sweetheart neck, round neck", sleeves="n*0.6, s*4, l*3",
        sleeve_designs="puff sleeve*3, petal sleeve, basic sleeve*2, cape sleeve*0.5",
        lengths="short, midi*3, long*2",
        extras="belt*0.3, ruffle hem*0.4, shirring*0.3, lace trim*0.2", fits="regular",
        prints="floral*6, dot*2, solid, paisley",
    ),
    style(
        "slip dress | 슬립 원피스 @ U-neck/cowl neck; "
        "halter dress | 홀터넥 원피스 @ halter neck; "
        "bustier dress | 뷔스티에 원피스 @ sweetheart neck; "
        "sleeveless dress | 민소매 원피스",
        share=1.1, cut="sheath dress", seasons="u", genders="female",
        fabrics="satin*3, crepe, linen, silk", price=65000,
        necks="halter neck*2, sweetheart neck*2, cowl neck*2, U-neck, one shoulder*1.2, off "
        "shoulder", sleeves="n", lengths="short*2, midi*2, long*2",
        extras="side slits*0.3, ruffle hem*0.2", fits="slim*2, regular",
        prints="solid*7, floral*1.5, dot*0.5",
    ),
    style(
        "knit dress | 니트 원피스; "
        "turtleneck dress | 터틀넥 원피스 @ turtle neck",
        share=1, cut="sheath dress", seasons="f*2, w*3", genders="female",
        fabrics="rib knit*3, lambswool*2, acrylic knit*2, ponte", price=79000,
        necks="turtle neck*3, round neck*2, V-neck, polo collar, boat neck", sleeves="l*6, s",
        sleeve_designs="ribbed sleeve*2, basic sleeve*2, puff sleeve*0.5",
        lengths="short, midi*3, long*2", extras="side slits*0.3, belt*0.2",
        fits="slim*2, regular", prints="solid*8, stripe",
    ),
    style(
        "A-line dress | A라인 원피스; "
        "Peter Pan collar dress | 카라 원피스 @ Peter Pan collar; "
        "sailor dress | 세일러 원피스 @ sailor collar",
        share=1, cut="flare dress", seasons="f*3, u*2, w", genders="female",
        fabrics="poplin*3, tweed, corduroy, ponte*2, denim*0.6", price=75000,
        necks="Peter Pan collar*3, sailor collar*2, bow collar, round neck*2, square neck",
        sleeves="n, s*3, l*3", sleeve_designs="puff sleeve*2, basic sleeve*3",
        lengths="short*3, midi*2", closures="none*2, buttons",
        extras="gold buttons*0.3, lace trim*0.2, belt*0.15", fits="regular",
        prints="solid*6, gingham, dot, plaid, stripe*0.5",
    ),
    style(
        "off-shoulder maxi dress | 오프숄더 롱 원피스 @ off shoulder; "
        "tiered dress | 티어드 원피스",
        share=0.9, cut="tiered dress", seasons="u*3, fu", genders="female",
        fabrics="poplin*2, rayon*2, linen, lace", price=72000,
        necks="off shoulder*2, square neck*2, V-neck, U-neck", sleeves="s*3, n, l",
        sleeve_designs="puff sleeve*3, petal sleeve, basic sleeve", lengths="long*3, midi*2",
        features="tiers", extras="shirring*0.5, lace trim*0.3", fits="relaxed, regular",
        prints="solid*5, floral*2, gingham",
    ),
    style(
        "mini shift dress | 미니 원피스 @ short; "
        "sack dress | 박시 원피스; "
        "T-shirt dress | 티셔츠 원피스 @ jersey/terry",
        share=0.8, cut="shift dress", seasons="u*3, fu, f", genders="female",
        fabrics="jersey*2, terry, linen, crepe", price=45000,
        necks="round neck*3, boat neck, U-neck, V-neck, hood", sleeves="n, s*4, l*2",
        sleeve_designs="basic sleeve*3, Others*0.6", lengths="short*3, midi*2, long",
        extras="patch pockets*0.4, logo print*0.2, side slits*0.2", fits="oversized, relaxed*2",
        prints="solid*6, stripe*2, colour block*0.6, tie-dye*0.5",
    ),
    style(
        "cheongsam-style dress | 차이나 원피스; "
        "modern hanbok dress | 생활한복 원피스",
        share=0.4, cut="sheath dress", seasons="f*2, u", genders="female",
        fabrics="satin*2, ramie, silk, crepe", price=89000, necks="Chinese collar",
        sleeves="n, s*3, l", sleeve_designs="basic sleeve*3, petal sleeve",
        lengths="short, midi*3, long", features="frog closure", extras="side slits*0.6",
        fits="slim*2, regular", prints="solid*4, floral*2",
    ),
)  # fmt: skip

JUMPSUITS = (
    style(
        "denim overalls | 데님 멜빵바지 @ denim; "
        "bib jumpsuit | 멜빵 점프수트",
        share=1.1, cut="overalls", seasons="f*3, fu, u", genders="female*2, both*2, male",
        fabrics="denim*4, corduroy, chino", price=69000, necks="Others*2, square neck",
        sleeves="n", lengths="long", features="bib pocket, contrast stitching",
        fits="relaxed*2, regular", palette="Blue*6, Black*2, Beige*2, White, Brown, Green",
    ),
    style(
        "belted jumpsuit | 벨티드 점프수트; "
        "utility jumpsuit | 유틸리티 점프수트",
        share=1, cut="jumpsuit", seasons="f*2, fu, u", genders="female*3, both, male*0.6",
        fabrics="chino*2, lyocell*2, linen, nylon", price=89000,
        necks="shirts collar*3, tailored collar, band collar", sleeves="s*2, l*2",
        sleeve_designs="shirt sleeve*3, basic sleeve", lengths="long", closures="buttons*2, zip",
        features="belt", extras="chest flap pockets*0.6", fits="regular, relaxed*2",
        palette="Green*3, Beige*3, Black*3, Blue*2, Brown, White",
    ),
    style(
        "halter jumpsuit | 홀터 점프수트 @ halter neck; "
        "party jumpsuit | 파티 점프수트; "
        "sleeveless jumpsuit | 민소매 점프수트",
        share=0.9, cut="jumpsuit", seasons="u*3, f", genders="female",
        fabrics="crepe*2, satin, rayon*2", price=85000,
        necks="halter neck*2, V-neck*2, off shoulder, sweetheart neck, one shoulder", sleeves="n",
        lengths="long*3, midi", extras="belt*0.6", fits="regular*2, slim",
        prints="solid*6, floral, dot",
    ),
    style(
        "playsuit | 롬퍼; "
        "short jumpsuit | 반바지 점프수트",
        share=0.7, cut="playsuit", seasons="u", genders="female",
        fabrics="linen, rayon*2, poplin", price=55000,
        necks="V-neck*2, square neck, U-neck, round neck", sleeves="n, s*3",
        sleeve_designs="puff sleeve, basic sleeve*2", lengths="short",
        extras="belt*0.5, shirring*0.3", fits="regular, relaxed",
        prints="solid*4, floral*2, gingham, dot",
    ),
)  # fmt: skip
