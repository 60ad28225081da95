//! The table of the pages: where they are served, how, and what they hold.

use encoding_rs::{SHIFT_JIS, UTF_8, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};
use jiff::Timestamp;

use crate::page::{Body, Charset, Page, Publisher, Told, Version, at};

/// The two stories of the seed page, which is served in two forms.
const SEED: [(&str, &str); 2] = [
    ("niger", "وسط التوتر مع فرنسا.. تعاون عسكري بين النيجر وروسيا"),
    ("energy", "روسيا توجه ضربة مركزة لمجمع الطاقة الداعم للصناعة العسكرية الأوكراينة"),
];

/// Every written page of the site.
pub(crate) fn pages() -> Vec<Page> {
    let mut pages = wadi();
    pages.extend(courier());
    pages.extend(meridian());
    pages
}

fn wadi() -> Vec<Page> {
    let paper = Publisher::Wadi;
    let [(_, seed_title), _] = SEED;
    let seed = |body| {
        let told = SEED.map(|(report, title)| told(report, title));
        version(body, seed_title, "", "", at(-898, 9, 0)).holding(told)
    };
    vec![
        page(paper, "/2023/09/16/niger.txt", "ar", seed(Body::Text(include_str!("../pages/wadi/niger.txt")))),
        page(paper, "/archive/niger.html", "ar", seed(Body::Html(include_str!("../pages/wadi/niger.html"))))
            .encoded(Charset {
                bytes: WINDOWS_1256,
                header: Some("windows-1256"),
                meta: "windows-1256",
                stray: false,
            }),
        page(
            paper,
            "/2026/03/02/library",
            "ar",
            version(
                Body::Html(include_str!("../pages/wadi/library.html")),
                "مكتبة متنقلة تعيد القراءة إلى سوق بلدة المرجان",
                "ليلى الصفدي",
                "عربة تحمل أكثر من ألفي كتاب تقف كل خميس أمام سوق بلدة المرجان.",
                at(0, 4, 30),
            )
            .telling("library"),
        ),
        // Says UTF-8 twice and is not.
        page(
            paper,
            "/2026/03/01/palms",
            "ar",
            version(
                Body::Html(include_str!("../pages/wadi/palms.html")),
                "مزارعو واحة النخيل يبدأون تلقيح الأشجار مبكرا هذا العام",
                "سامر البستاني",
                "أيام دافئة متتالية عجلت بتفتح الأزهار في واحة السدرة.",
                at(-1, 13, 0),
            )
            .telling("palms"),
        )
        .encoded(Charset { bytes: WINDOWS_1256, ..Charset::UTF_8 }),
        page(
            paper,
            "/fa/2026/02/28/qanat",
            "fa",
            version(
                Body::Html(include_str!("../pages/wadi/qanat.html")),
                "قنات دویست‌سالهٔ روستای گلچشمه دوباره پرآب شد",
                "مهتاب رستگار",
                "اهالی روستای گلچشمه پس از سه سال کار قنات قدیمی را زنده کردند.",
                at(-2, 6, 45),
            )
            .telling("qanat"),
        ),
        page(
            paper,
            "/2026/03/02/ferry",
            "ar",
            version(
                Body::Html(include_str!("../pages/wadi/ferry.html")),
                "عبّارة جديدة تربط ضفتي بحيرة الصفصاف بعد توقف دام عامين",
                "وائل النجار",
                "العبّارة \"نسيم\" تقطع المسافة بين المرسيين في ربع ساعة.",
                at(0, 9, 0),
            )
            .telling("ferry"),
        )
        .since(2),
    ]
}

fn courier() -> Vec<Page> {
    let paper = Publisher::Courier;
    let river = |body, title, updated| Version {
        updated,
        ..version(body, title, "Hester Quill", "The latest from the River Ard.", at(0, 6, 40))
            .telling("river")
    };
    vec![
        page(
            paper,
            "/news/river-ard",
            "en",
            river(
                Body::Html(include_str!("../pages/courier/river-1.html")),
                "River Ard rises after two days of rain",
                at(0, 6, 40),
            ),
        )
        .then(river(
            Body::Html(include_str!("../pages/courier/river-2.html")),
            "River Ard peaks below the bank as rain moves east",
            at(0, 13, 5),
        ))
        .then(river(
            Body::Html(include_str!("../pages/courier/river-3.html")),
            "Footbridge closed for checks as River Ard falls",
            at(1, 9, 20),
        )),
        page(
            paper,
            "/news/town-notes",
            "en",
            version(
                Body::Html(include_str!("../pages/courier/town-notes.html")),
                "Town notes: the market clock, forty thousand bees, and a tram",
                "Tobias Renfrew",
                "Three short reports from Harrowby.",
                at(0, 7, 0),
            )
            .holding([
                told("clock", "Market clock to chime again at Easter"),
                told("bees", "School roof gives a home to forty thousand bees"),
                told("tram", "Restored tram passes its brake test"),
            ]),
        ),
        page(
            paper,
            "/news/lighthouse-lens",
            "en",
            version(
                Body::Html(include_str!("../pages/courier/lighthouse.html")),
                "Gannet Point lighthouse gets its great lens back",
                "Northern Shore Agency",
                "The beam will be seen again from Thursday night.",
                at(-1, 18, 0),
            )
            .telling("lighthouse"),
        ),
        page(paper, "/news/old-mill", "en", missing("Old mill to be sold by sealed bid", at(-1, 11, 0))),
        page(
            paper,
            "/news/slow-train",
            "en",
            version(
                Body::Html(include_str!("../pages/courier/slow-train.html")),
                "The slow train to Pendle Vale keeps its one guard and its teapot",
                "Ned Hallam",
                "The line will run for another five years.",
                at(0, 9, 30),
            )
            .telling("slow train"),
        )
        .slow(),
        // Says UTF-8 twice and is not: every curly quote and accent is a single byte.
        page(
            paper,
            "/food/cafe-etoile",
            "en",
            version(
                Body::Html(include_str!("../pages/courier/cafe.html")),
                "Café on Tanner Row wins a prize for its crème brûlée",
                "Marguerite Osei",
                "The judges called it “a small, trembling miracle”.",
                at(-1, 15, 20),
            )
            .telling("café"),
        )
        .encoded(Charset { bytes: WINDOWS_1252, ..Charset::UTF_8 }),
        page(
            paper,
            "/news/allotments",
            "en",
            version(
                Body::Html(include_str!("../pages/courier/allotments.html")),
                "Waiting list for allotments reaches eleven years",
                "Hester Quill",
                "Six plots changed hands last year.",
                at(-3, 17, 0),
            )
            .telling("allotments"),
        ),
        page(
            paper,
            "/news/night-bakery",
            "en",
            version(
                Body::Html(include_str!("../pages/courier/bakery.html")),
                "Night bakery opens its hatch to nurses and lorry drivers",
                "Ned Hallam",
                "It sold out by half past one.",
                at(0, 14, 30),
            )
            .telling("bakery"),
        )
        .since(2),
    ]
}

fn meridian() -> Vec<Page> {
    let paper = Publisher::Meridian;
    vec![
        page(
            paper,
            "/de/regenbahn",
            "de",
            version(
                Body::Html(include_str!("../pages/meridian/tram-de.html")),
                "Wiesenau lässt seine Straßenbahn Regenwasser sammeln",
                "Katrin Ohlendorf",
                "Eine Wanne auf dem Dach der Linie 4 fängt den Regen auf.",
                at(0, 7, 0),
            )
            .telling("rain tram"),
        ),
        page(
            paper,
            "/es/cine-aurora",
            "es",
            version(
                Body::Html(include_str!("../pages/meridian/cine-es.html")),
                "Un pueblo de montaña recupera su cine con butacas tejidas a mano",
                "Rosario Quintanar",
                "El cine Aurora vuelve a abrir nueve años después.",
                at(0, 1, 45),
            )
            .telling("cinema"),
        ),
        // Only the page's <meta> tells its charset.
        page(
            paper,
            "/ru/varezhki",
            "ru",
            version(
                Body::Html(include_str!("../pages/meridian/muzey-ru.html")),
                "В Светлореченске открылся музей потерянных варежек",
                "Тимофей Лугинин",
                "Коллекцию двадцать зим собирала вожатая трамвая.",
                at(0, 4, 30),
            )
            .telling("mittens"),
        )
        .encoded(Charset { bytes: WINDOWS_1251, header: None, meta: "windows-1251", stray: false }),
        page(
            paper,
            "/ja/ashiyu",
            "ja",
            version(
                Body::Html(include_str!("../pages/meridian/onsen-ja.html")),
                "霧ノ浜町の小さな駅に足湯が完成、列車を待つ人でにぎわう",
                "朝倉みのり",
                "湯は裏山の源泉から木の樋で引いている。",
                at(0, 1, 0),
            )
            .telling("foot bath"),
        )
        .encoded(Charset {
            bytes: SHIFT_JIS,
            header: Some("Shift_JIS"),
            meta: "Shift_JIS",
            stray: false,
        }),
        page(
            paper,
            "/hi/vigyan-ghar",
            "hi",
            version(
                Body::Html(include_str!("../pages/meridian/vigyan-hi.html")),
                "चंदनपुर के बच्चों ने बंद पड़े डाकघर को बनाया विज्ञान घर",
                "मीरा तिलकधारी",
                "पुराने डाकघर में अब दूरबीन और चुंबक रखे हैं।",
                at(-1, 5, 50),
            )
            .telling("science house"),
        ),
        // UTF-8 with two bytes in it that are not.
        page(
            paper,
            "/fr/facteur",
            "fr",
            version(
                Body::Html(include_str!("../pages/meridian/facteur-fr.html")),
                "À Montrivière, les abeilles du lavoir ont enfin leur facteur",
                "Blandine Sarrazin",
                "Il note les fleurs qui s’ouvrent pendant sa tournée.",
                at(-2, 8, 0),
            )
            .telling("postman"),
        )
        .encoded(Charset { bytes: UTF_8, stray: true, ..Charset::UTF_8 }),
        page(
            paper,
            "/en/gannet-point",
            "en",
            version(
                Body::Html(include_str!("../pages/meridian/lighthouse.html")),
                "Restored lens returns to the lighthouse on Gannet Point",
                "Meridian",
                "The glass is made of more than two hundred prisms.",
                at(-1, 19, 10),
            )
            .telling("lighthouse"),
        ),
        page(
            paper,
            "/pt/redes",
            "pt",
            version(
                Body::Html(include_str!("../pages/meridian/redes-pt.html")),
                "Pescadores de Vila Serena oferecem redes velhas para cobrir a horta da escola",
                "Leonor Brás",
                "Quarenta redes vão proteger as alfaces das gaivotas.",
                at(0, 13, 0),
            )
            .telling("nets"),
        )
        .since(2),
        page(
            paper,
            "/zh/muqiao",
            "zh",
            version(
                Body::Html(include_str!("../pages/meridian/muqiao-zh.html")),
                "青榆镇老木桥修缮完工，居民提灯走过百年桥面",
                "沈若溪",
                "修缮历时七个月，没有使用一根铁钉。",
                at(1, 1, 0),
            )
            .telling("wooden bridge"),
        )
        .since(3),
    ]
}

fn page(publisher: Publisher, path: &str, lang: &'static str, version: Version) -> Page {
    Page {
        publisher,
        path: path.to_owned(),
        lang,
        charset: Charset::UTF_8,
        slow: false,
        since: 1,
        versions: vec![version],
    }
}

impl Page {
    /// First appears in `edition`.
    fn since(self, edition: u32) -> Self {
        Self { since: edition, ..self }
    }

    /// Is answered late.
    fn slow(self) -> Self {
        Self { slow: true, ..self }
    }

    /// Is not in UTF-8, or not all of it, or says otherwise.
    fn encoded(self, charset: Charset) -> Self {
        Self { charset, ..self }
    }

    /// Changes to `version` an edition later.
    fn then(mut self, version: Version) -> Self {
        self.versions.push(version);
        self
    }
}

fn version(body: Body, title: &str, author: &str, summary: &str, published: Timestamp) -> Version {
    Version {
        body,
        title: title.to_owned(),
        author: author.to_owned(),
        summary: summary.to_owned(),
        published,
        updated: published,
        stories: Vec::new(),
    }
}

fn missing(title: &str, published: Timestamp) -> Version {
    version(Body::Missing, title, "", "", published)
}

fn told(report: &str, title: &str) -> Told {
    Told { report: report.to_owned(), title: title.to_owned() }
}

impl Version {
    /// The page holds one story, under the entry's own title.
    fn telling(mut self, report: &str) -> Self {
        self.stories = vec![told(report, &self.title)];
        self
    }

    /// The page holds these stories.
    fn holding(mut self, stories: impl IntoIterator<Item = Told>) -> Self {
        self.stories = stories.into_iter().collect();
        self
    }
}
