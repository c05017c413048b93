"""Pants and skirts."""

from catalog.sample.styles.style import style

PANTS = (
    style(
        "slacks | 슬랙스; "
        "tailored trousers | 정장 바지; "
        "pintuck slacks | 핀턱 슬랙스",
        share=2, cut="trousers", seasons="f*3, fu*2, w, u*0.8", genders="female*3, male*3, both",
        fabrics="suiting*4, worsted*2, crepe, ponte", price=49000,
        shapes="normal*4, wide*3, skinny*0.8, bell-bottom*0.8",
        features="pressed crease, slant pockets", extras="belt loops*0.6, double pleats*0.4",
        fits="regular*2, slim, relaxed", prints="solid*8, glen check, pinstripe, herringbone*0.5",
    ),
    style(
        "jeans | 청바지; "
        "denim pants | 데님 팬츠; "
        "straight jeans | 일자 데님 @ normal",
        share=2, cut="jeans", seasons="f*3, fu*3, fw, u*0.6", genders="female*3, male*3, both*2",
        fabrics="denim", price=55000,
        shapes="normal*3, skinny*2, wide*3, loose*2, bell-bottom*1.5",
        features="contrast stitching, slant pockets",
        extras="destroyed wash*0.25, rolled cuffs*0.2", fits="regular*2, slim, relaxed",
        palette="Blue*10, Black*4, White, Gray*2",
    ),
    style(
        "bootcut pants | 부츠컷 팬츠; "
        "flared pants | 나팔바지",
        share=0.8, cut="trousers", seasons="f*2, fu, w", genders="female*4, male*0.5",
        fabrics="suiting*2, ponte*2, corduroy, crepe", price=45000, shapes="bell-bottom",
        extras="pressed crease*0.4, front slits*0.3", fits="slim, regular",
        prints="solid*9, plaid",
    ),
    style(
        "wide linen pants | 린넨 와이드 팬츠 @ linen; "
        "palazzo pants | 팔라초 팬츠 @ wide; "
        "banding pants | 밴딩 팬츠",
        share=1.1, cut="easy pants", seasons="u", genders="female*3, both*2, male",
        fabrics="linen*3, rayon*2, lyocell, crepe", price=42000, shapes="wide*4, loose*2",
        features="elastic waist", extras="drawstring*0.6, patch pockets*0.2", fits="relaxed",
        prints="solid*7, pinstripe*1.5, floral*0.5, geometric*0.4",
    ),
    style(
        "jogger pants | 조거 팬츠; "
        "sweatpants | 트레이닝 팬츠 @ terry; "
        "cargo pants | 카고 팬츠 @ cargo pockets",
        share=1.3, cut="joggers", seasons="f*3, w, fu", genders="both*4, male*2, female",
        fabrics="terry*3, nylon, chino", price=39000, shapes="loose*4, wide, Others",
        features="elastic waist", extras="drawstring*0.8, cargo pockets*0.45, side stripe*0.25",
        fits="relaxed*2, oversized", prints="solid*9, colour block*0.6",
    ),
    style(
        "chino pants | 치노 팬츠; "
        "cotton pants | 면바지 @ chino",
        share=1.1, cut="trousers", seasons="f*2, fu*2", genders="male*3, both*2, female*2",
        fabrics="chino*4, corduroy", price=45000, shapes="normal*4, wide, loose, skinny*0.4",
        features="slant pockets", extras="belt loops*0.7, rolled cuffs*0.2",
        fits="regular*2, relaxed, slim",
        palette="Beige*5, Green*2, Blue*2, Black*2, Brown*2, White, Gray",
    ),
    style(
        "shorts | 반바지; "
        "Bermuda shorts | 버뮤다 팬츠 @ chino/linen; "
        "denim shorts | 데님 숏팬츠 @ denim",
        share=1.1, cut="shorts", seasons="u", genders="female*2, male*2, both*2",
        fabrics="denim*2, chino*2, linen*2, terry*0", price=32000, shapes="Others",
        features="slant pockets", extras="belt loops*0.4, rolled cuffs*0.35, drawstring*0.2",
        fits="regular*2, relaxed", prints="solid*8, gingham*0.6, pinstripe*0.6",
    ),
    style(
        "leggings | 레깅스; "
        "skinny ponte pants | 스키니 팬츠 @ ponte",
        share=0.7, cut="leggings", seasons="f, w*2, fu", genders="female",
        fabrics="ponte*3, rib knit", price=29000, shapes="skinny", features="elastic waist",
        fits="slim", palette="Black*6, Gray*3, Blue, Brown, Green*0.5",
    ),
    style(
        "leather pants | 레더 팬츠 @ faux leather; "
        "baggy pants | 배기 팬츠 @ Others; "
        "straight pants | 스트레이트 팬츠",
        share=0.5, cut="trousers", seasons="f, w", genders="female*2, male, both",
        fabrics="faux leather*2, melton", price=59000, shapes="normal, wide, Others*2",
        fits="regular, relaxed", palette="Black*6, Brown*2, Beige, Gray",
    ),
)  # fmt: skip

SKIRTS = (
    style(
        "A-line skirt | A라인 스커트; "
        "flared skirt | 플레어 스커트",
        share=1.6, cut="flare skirt", seasons="f*3, fu, u*2, w*2", genders="female",
        fabrics="poplin, suiting*2, tweed, corduroy, denim, melton*2, crepe", price=42000,
        hems="mini*3, midi*3, maxi", shapes="A-line and bell line",
        extras="belt*0.15, gold buttons*0.15, patch pockets*0.15", fits="regular",
        prints="solid*7, plaid*1.5, gingham*0.8, glen check",
    ),
    style(
        "pleated skirt | 플리츠 스커트; "
        "tennis skirt | 테니스 스커트 @ mini",
        share=1.2, cut="pleated skirt", seasons="f*3, fu, u, w", genders="female",
        fabrics="suiting*2, chiffon*2, worsted, crepe, satin", price=45000,
        hems="mini*2, midi*3, maxi", shapes="A-line and bell line*3, Others", features="pleats",
        fits="regular", prints="solid*7, plaid*2.5",
    ),
    style(
        "mermaid skirt | 머메이드 스커트; "
        "trumpet skirt | 머메이드 롱 스커트",
        share=1, cut="mermaid skirt", seasons="f*3, w, u", genders="female",
        fabrics="suiting*2, rib knit, satin*2, denim, faux leather*0.5", price=46000,
        hems="midi*3, maxi*2", shapes="mermaid line", extras="ruffle hem*0.3, back vent*0.2",
        fits="slim", prints="solid*9, floral*0.7, leopard*0.5",
    ),
    style(
        "pencil skirt | H라인 스커트; "
        "slit skirt | 슬릿 스커트 @ front slits",
        share=1.2, cut="pencil skirt", seasons="f*3, w*2, fu, u", genders="female",
        fabrics="suiting*2, denim*2, worsted, ponte, faux leather, tweed, linen", price=43000,
        hems="mini*2, midi*3", shapes="Others",
        extras="front slits*0.4, gold buttons*0.1, belt loops*0.2", fits="slim*2, regular",
        prints="solid*7, glen check, pinstripe*0.6, herringbone*0.5",
    ),
    style(
        "tiered skirt | 티어드 스커트; "
        "tulle skirt | 샤 스커트 @ tulle; "
        "lace skirt | 레이스 스커트 @ lace",
        share=0.9, cut="tiered skirt", seasons="f*2, u*2, fu", genders="female",
        fabrics="tulle*2, poplin, rayon, lace", price=45000, hems="midi*2, maxi*2, mini*0.6",
        shapes="A-line and bell line*2, Others", features="tiers, elastic waist",
        fits="relaxed, regular", prints="solid*6, floral*2, dot*0.5",
    ),
    style(
        "wrap skirt | 랩 스커트; "
        "satin slip skirt | 새틴 스커트 @ satin",
        share=1, cut="slip skirt", seasons="f*2, u*3", genders="female",
        fabrics="satin*3, rayon*2, linen", price=39000, hems="midi*3, maxi, mini",
        shapes="A-line and bell line*2, Others",
        extras="ruffle hem*0.25, front slits*0.3, elastic waist*0.4", fits="regular",
        prints="solid*4, floral*2.5, leopard*0.8, dot",
    ),
)  # fmt: skip
