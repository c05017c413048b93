"""Coats, jackets, jumpers (zipped casual outerwear) and cardigans."""

from catalog.sample.styles.style import style

COATS = (
    style(
        "trench coat | 트렌치 코트; "
        "double trench coat | 더블 트렌치 코트 @ double",
        share=1.3, cut="coat", seasons="f", genders="female*3, male*2, both",
        fabrics="gabardine*4, suiting, nylon", price=189000, necks="tailored collar", sleeves="l",
        sleeve_designs="basic sleeve*3, Others", lengths="midi*2, long*3, nomal",
        closures="double", features="belt, welt pockets",
        extras="epaulettes*0.7, storm flap*0.5, back vent*0.4",
        fits="regular*2, oversized*2, relaxed", prints="solid*9, glen check",
        palette="Beige*6, Brown*2, Black*2, Blue*2, Green*2, Gray",
    ),
    style(
        "wool long coat | 울 롱 코트; "
        "tailored coat | 테일러드 코트 @ tailored collar; "
        "handmade coat | 핸드메이드 코트",
        share=1.8, cut="coat", seasons="w", genders="female*3, male*2, both",
        fabrics="melton*3, cashmere coating*2, tweed", price=259000,
        necks="tailored collar*5, shawl collar*2, no neckline", sleeves="l",
        sleeve_designs="basic sleeve", lengths="long*4, midi*3, nomal",
        closures="buttons*3, double*2", features="welt pockets",
        extras="belt*0.3, back vent*0.4, silk lining*0.4", fits="regular*2, oversized*2, slim",
        prints="solid*7, glen check, herringbone*1.5, plaid",
    ),
    style(
        "duffle coat | 더플 코트; "
        "toggle coat | 토글 코트",
        cut="coat", seasons="w", genders="both*3, male, female", fabrics="melton", price=219000,
        necks="hood", sleeves="l", sleeve_designs="basic sleeve",
        lengths="midi*2, nomal*2, short", closures="toggles", features="patch pockets",
        extras="plaid lining*0.3", fits="regular*2, relaxed",
        palette="Beige*2, Blue*4, Gray*2, Brown*3, Green, Black, Red",
    ),
    style(
        "balmacaan coat | 발마칸 코트; "
        "mac coat | 맥 코트",
        cut="coat", seasons="f*2, w", genders="male*2, both*2, female",
        fabrics="gabardine*2, melton*2, worsted", price=199000, necks="shirts collar",
        sleeves="l", sleeve_designs="basic sleeve", lengths="long, midi*2",
        closures="buttons*3, hidden placket*2", features="welt pockets", extras="back vent*0.4",
        fits="relaxed*2, oversized", prints="solid*6, herringbone, glen check",
    ),
    style(
        "long padded coat | 롱 패딩; "
        "down coat | 다운 코트",
        cut="puffer", seasons="w", genders="both*3, female, male", fabrics="padded nylon",
        price=239000, necks="hood*3, Chinese collar", sleeves="l",
        sleeve_designs="ribbed sleeve*2, basic sleeve", lengths="long*3, midi*2", closures="zip",
        features="welt pockets", extras="drawstring waist*0.3", fits="relaxed*2, regular",
    ),
    style(
        "shearling-look teddy coat | 테디베어 코트; "
        "boa fleece coat | 뽀글이 코트",
        share=1.1, cut="coat", seasons="w", genders="female*3, both", fabrics="boa fleece",
        price=159000, necks="tailored collar*2, hood, shawl collar", sleeves="l",
        sleeve_designs="basic sleeve", lengths="midi*2, nomal*2, long", closures="buttons",
        features="patch pockets", fits="oversized*2, relaxed",
        palette="Beige*5, White*3, Brown*3, Gray, Black, Pink",
    ),
    style(
        "cape coat | 케이프 코트; "
        "poncho coat | 판초 코트",
        share=0.7, cut="coat", seasons="w*2, f", genders="female",
        fabrics="melton*2, cashmere coating, tweed", price=229000,
        necks="bow collar, Peter Pan collar*2, no neckline, Chinese collar", sleeves="l",
        sleeve_designs="cape sleeve", lengths="nomal*2, midi", closures="buttons", fits="relaxed",
        prints="solid*4, plaid, glen check",
    ),
)  # fmt: skip

JACKETS = (
    style(
        "blazer | 블레이저; "
        "tailored jacket | 테일러드 자켓; "
        "single jacket | 싱글 자켓 @ buttons",
        share=2.2, cut="jacket", seasons="f*4, fu, w, u*0.7", genders="female*3, male*3, both",
        fabrics="suiting*4, worsted*3, linen*2, corduroy, crepe", price=139000,
        necks="tailored collar*6, shawl collar", sleeves="l", sleeve_designs="basic sleeve",
        lengths="nomal*4, short, long", closures="buttons*4, double*3", features="flap pockets",
        extras="elbow patches*0.12, chest welt*0.4, back vent*0.3",
        fits="regular*3, slim*2, oversized*3",
        prints="solid*7, glen check*2, pinstripe*1.2, herringbone",
    ),
    style(
        "denim jacket | 데님 자켓; "
        "trucker jacket | 트러커 자켓",
        share=1.2, cut="jacket", seasons="f*4, fu", genders="both*3, male, female",
        fabrics="denim*5, corduroy", price=79000, necks="shirts collar", sleeves="l",
        sleeve_designs="shirt sleeve", lengths="nomal*2, crop*1.4, short*1.4", closures="buttons",
        features="chest flap pockets, contrast stitching", extras="destroyed wash*0.15",
        fits="regular*2, oversized*2", palette="Blue*8, Black*2, White, Gray*1.5",
    ),
    style(
        "tweed jacket | 트위드 자켓; "
        "boucle jacket | 부클 자켓",
        share=1.1, cut="jacket", seasons="f*3, w", genders="female", fabrics="tweed",
        price=149000, necks="no neckline*3, round neck*2, Chinese collar", sleeves="l",
        sleeve_designs="basic sleeve*4, Others", lengths="crop*2, short*3, nomal",
        closures="buttons*3, open", features="patch pockets",
        extras="contrast piping*0.6, gold buttons*0.5", fits="regular*2, slim",
        prints="solid*4, plaid, patchwork*0.6",
    ),
    style(
        "biker jacket | 라이더 자켓; "
        "vegan leather jacket | 레더 자켓",
        share=0.8, cut="jacket", seasons="f*3, w", genders="female*2, male*2, both",
        fabrics="faux leather", price=149000, necks="tailored collar*2, Chinese collar*2",
        sleeves="l", sleeve_designs="basic sleeve", lengths="crop*2, short*2, nomal",
        closures="slant zip", features="zip pockets", extras="epaulettes*0.4",
        fits="slim*2, regular", palette="Black*8, Brown*2, Beige, Red*0.6, White*0.4",
    ),
    style(
        "linen safari jacket | 린넨 사파리 자켓 @ linen; "
        "field jacket | 필드 자켓",
        share=0.8, cut="jacket", seasons="f*2, u", genders="male*2, both*2, female",
        fabrics="linen, chino*2, gabardine, nylon", price=99000,
        necks="shirts collar*2, band collar, hood", sleeves="l", sleeve_designs="shirt sleeve",
        lengths="nomal*2, long", closures="buttons, zip*2", features="four flap pockets",
        extras="belt*0.25, drawstring waist*0.4", fits="regular*2, relaxed",
        palette="Green*5, Beige*4, Brown*2, Black, Blue, Gray",
    ),
)  # fmt: skip

JUMPERS = (
    style(
        "bomber jacket | 항공 점퍼; "
        "MA-1 blouson | MA-1 블루종",
        share=1.3, cut="blouson", seasons="f*3, w", genders="male*2, both*2, female",
        fabrics="nylon*4, faux leather, worsted, suiting", price=89000,
        necks="band collar*2, Chinese collar*2, no neckline*0.4", sleeves="l",
        sleeve_designs="ribbed sleeve", lengths="nomal*3, short*2, crop", closures="zip",
        features="rib hem, slant pockets", extras="sleeve pocket*0.4, embroidered patch*0.2",
        fits="regular*2, oversized",
    ),
    style(
        "puffer jacket | 숏 패딩; "
        "quilted down jumper | 다운 점퍼",
        share=1.4, cut="puffer", seasons="w", genders="both*3, female, male",
        fabrics="padded nylon", price=129000, necks="Chinese collar*2, hood*3", sleeves="l",
        sleeve_designs="ribbed sleeve*2, basic sleeve", lengths="short*2, crop, nomal*2",
        closures="zip", features="slant pockets", extras="embroidered patch*0.2",
        fits="regular, oversized*2, relaxed", prints="solid*12, colour block*2",
    ),
    style(
        "fleece zip-up | 플리스 집업; "
        "boa jumper | 뽀글이 점퍼",
        share=1.5, cut="blouson", seasons="w", genders="both*3, male, female",
        fabrics="boa fleece", price=69000, necks="Chinese collar*3, hood", sleeves="l",
        sleeve_designs="ribbed sleeve, basic sleeve", lengths="nomal*3, short, crop",
        closures="zip", features="slant pockets", extras="chest zip pocket*0.5",
        fits="regular, oversized, relaxed", prints="solid*8, colour block*1.2",
    ),
    style(
        "windbreaker | 바람막이; "
        "nylon anorak | 나일론 아노락 @ hood",
        share=1.1, cut="blouson", seasons="f*3, fu*2", genders="both*3, male, female",
        fabrics="nylon", price=69000, necks="hood*3, Chinese collar", sleeves="l",
        sleeve_designs="basic sleeve*2, ribbed sleeve", lengths="nomal*3, short, crop",
        closures="zip", features="drawstring hem, slant pockets",
        extras="back ventilation*0.3, reflective tape*0.3", fits="relaxed*2, oversized",
        prints="solid*6, colour block*3",
    ),
    style(
        "hooded zip-up | 후드 집업; "
        "sweat zip-up | 스웨트 집업",
        share=1.1, cut="blouson", seasons="f", genders="both*3, male, female", fabrics="terry",
        price=55000, necks="hood", sleeves="l", sleeve_designs="ribbed sleeve",
        lengths="nomal*3, crop", closures="zip", features="rib hem, kangaroo pocket",
        extras="embroidered patch*0.2", fits="regular*2, oversized*2",
    ),
    style(
        "varsity jumper | 야구 점퍼; "
        "stadium jacket | 스타디움 자켓",
        share=0.8, cut="blouson", seasons="f, w", genders="both*3, male, female",
        fabrics="melton*2, worsted, corduroy", price=99000, necks="band collar", sleeves="l",
        sleeve_designs="ribbed sleeve", lengths="nomal*2, short", closures="snaps",
        features="rib hem, contrast sleeves, slant pockets", extras="varsity letter*0.6",
        fits="regular, oversized*2", palette="Blue*4, Green*2, Black*3, Red*2, Gray*2, Purple",
    ),
)  # fmt: skip

CARDIGANS = (
    style(
        "V-neck cardigan | 브이넥 가디건; "
        "button cardigan | 버튼 가디건",
        share=2, cut="cardigan", seasons="f*3, w*3", genders="female*3, male*2, both*2",
        fabrics="lambswool*2, acrylic knit*2, cotton knit*2, cashmere knit, mohair", price=59000,
        necks="V-neck", sleeves="l", sleeve_designs="ribbed sleeve*3, basic sleeve",
        lengths="nomal*3, short, crop", closures="buttons", features="rib hem",
        extras="patch pockets*0.4, elbow patches*0.1", fits="regular*2, oversized, slim",
        prints="solid*8, stripe, argyle*1.2, colour block",
    ),
    style(
        "round cardigan | 라운드 가디건 @ round neck; "
        "crew cardigan | 크루넥 가디건 @ round neck; "
        "knit cardigan | 니트 가디건",
        share=1.6, cut="cardigan", seasons="f*3, w*2, u", genders="female*4, both",
        fabrics="rayon knit*3, cotton knit*2, cashmere knit, lambswool, rib knit, mohair",
        price=49000, necks="round neck*4, boat neck, square neck*0.6", sleeves="l*5, s",
        sleeve_designs="ribbed sleeve*3, basic sleeve, puff sleeve",
        lengths="crop*2, short*2, nomal*2", closures="buttons", features="rib hem",
        extras="gold buttons*0.25, embroidered flowers*0.15", fits="slim*2, regular*2",
        prints="solid*8, stripe*1.5, floral*0.5, argyle",
    ),
    style(
        "open long cardigan | 롱 가디건; "
        "shawl cardigan | 숄 가디건 @ shawl collar",
        share=1, cut="cardigan", seasons="f*2, w*2", genders="female*3, both, male*0.6",
        fabrics="acrylic knit*2, lambswool*2, aran*2, mohair", price=69000,
        necks="no neckline*2, shawl collar*2", sleeves="l",
        sleeve_designs="basic sleeve*2, ribbed sleeve, Others", lengths="long*3, midi*2, nomal",
        closures="open*3, belted*1.2", extras="patch pockets*0.6", fits="oversized, relaxed*2",
        prints="solid*7, nordic",
    ),
    style(
        "cable cardigan | 케이블 가디건 @ V-neck/round neck/polo collar/hood; "
        "hooded knit cardigan | 후드 니트 가디건 @ hood; "
        "chunky cardigan | 꽈배기 가디건",
        share=0.8, cut="cardigan", seasons="w", genders="both*2, female*2, male", fabrics="aran",
        price=79000, necks="V-neck*2, round neck, hood, polo collar", sleeves="l",
        sleeve_designs="ribbed sleeve", lengths="nomal*2, short, long", closures="buttons*2, zip",
        features="rib hem", extras="patch pockets*0.5", fits="regular, oversized",
    ),
)  # fmt: skip
