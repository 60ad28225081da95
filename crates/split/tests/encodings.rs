//! Pages in every encoding that news is found in, declared in every way, rightly, wrongly and not at
//! all: the stories must come out letter for letter. The news is invented.

use encoding_rs::{Encoding, GB18030};
use split::{Limits, Source, split};

/// A story: its headline and two paragraphs.
struct News {
    title: &'static str,
    text: [&'static str; 2],
}

const ARABIC: News = News {
    title: "إعادة فتح ميناء عدن بعد أعمال إصلاح",
    text: [
        "أعيد فتح ميناء عدن يوم الاثنين بعد أسبوعين من أعمال الإصلاح، وقالت هيئة الميناء في بيان إن ثلاث سفن أفرغت حمولتها قبل الظهر، ومن المتوقع أن ترسو خمس سفن أخرى قبل نهاية الأسبوع.",
        "وقال مدير الهيئة إن العمال واصلوا الليل بالنهار حتى انتهت الأعمال قبل موعدها، وشكر أصحاب السفن على صبرهم. وأضاف أن الرصيف الجديد يتسع لسفينتين كبيرتين في وقت واحد.",
    ],
};
const RUSSIAN: News = News {
    title: "Порт вновь открыт после ремонта",
    text: [
        "Порт вновь открылся в понедельник после двух недель ремонта, сообщило управление порта в своём заявлении. До полудня были разгружены три судна, ещё пять ожидаются до конца недели.",
        "Директор управления поблагодарил рабочих, которые закончили работы раньше срока, и судовладельцев за терпение. По его словам, новый причал может принять два больших судна одновременно.",
    ],
};
const FRENCH: News = News {
    title: "Le port rouvre après deux semaines de travaux",
    text: [
        "Le port a été rouvert lundi après deux semaines de réparations, a annoncé l’autorité portuaire dans un communiqué. Trois navires ont été déchargés avant midi et cinq autres sont attendus d’ici à la fin de la semaine.",
        "Le directeur a remercié les équipes, « qui ont travaillé jour et nuit », et les armateurs pour leur patience. Le nouveau quai, a-t-il précisé, peut accueillir deux grands bâtiments à la fois – une première.",
    ],
};
const POLISH: News = News {
    title: "Port znów otwarty po naprawie nabrzeża",
    text: [
        "Port został ponownie otwarty w poniedziałek po dwóch tygodniach napraw, poinformował zarząd portu w oświadczeniu. Przed południem rozładowano trzy statki, a pięć kolejnych ma zawinąć do końca tygodnia.",
        "Dyrektor podziękował załogom, które pracowały dzień i noc, a armatorom za cierpliwość. Jak dodał, nowe nabrzeże może przyjąć jednocześnie dwa duże statki, więc kolejki powinny się skrócić.",
    ],
};
const GREEK: News = News {
    title: "Το λιμάνι ανοίγει ξανά μετά τις επισκευές",
    text: [
        "Το λιμάνι άνοιξε ξανά τη Δευτέρα μετά από δύο εβδομάδες επισκευών, ανακοίνωσε η λιμενική αρχή. Τρία πλοία ξεφορτώθηκαν πριν από το μεσημέρι και άλλα πέντε αναμένονται ως το τέλος της εβδομάδας.",
        "Ο διευθυντής ευχαρίστησε τα συνεργεία που δούλεψαν μέρα και νύχτα και τους πλοιοκτήτες για την υπομονή τους. Η νέα προβλήτα, πρόσθεσε, χωρά δύο μεγάλα πλοία ταυτόχρονα.",
    ],
};
const TURKISH: News = News {
    title: "Liman iki haftalık onarımın ardından açıldı",
    text: [
        "Liman iki haftalık onarımın ardından pazartesi günü yeniden açıldı, liman idaresi yaptığı açıklamada bunu duyurdu. Öğleden önce üç geminin yükü boşaltıldı, hafta sonuna kadar beş geminin daha gelmesi bekleniyor.",
        "Müdür, işleri zamanından önce bitiren işçilere ve sabırları için gemi sahiplerine teşekkür etti. Yeni rıhtımın aynı anda iki büyük gemiyi alabileceğini söyledi, böylece bekleyişler kısalacak.",
    ],
};
const HEBREW: News = News {
    title: "הנמל נפתח מחדש לאחר שבועיים של תיקונים",
    text: [
        "הנמל נפתח מחדש ביום שני לאחר שבועיים של תיקונים, כך מסרה רשות הנמל בהודעה לעיתונות. שלוש אוניות נפרקו לפני הצהריים, ועוד חמש צפויות לעגון עד סוף השבוע.",
        "מנהל הרשות הודה לצוותים שעבדו יומם ולילה וסיימו לפני המועד, ולבעלי האוניות על סבלנותם. לדבריו, הרציף החדש יכול לקלוט שתי אוניות גדולות בעת ובעונה אחת.",
    ],
};
const THAI: News = News {
    title: "ท่าเรือเปิดอีกครั้งหลังซ่อมแซมสองสัปดาห์",
    text: [
        "ท่าเรือเปิดให้บริการอีกครั้งเมื่อวันจันทร์หลังการซ่อมแซมนานสองสัปดาห์ การท่าเรือแถลงว่า เรือสามลำขนถ่ายสินค้าเสร็จก่อนเที่ยง และคาดว่าจะมีเรืออีกห้าลำเข้าเทียบท่าก่อนสิ้นสัปดาห์",
        "ผู้อำนวยการขอบคุณคนงานที่ทำงานทั้งวันทั้งคืนจนเสร็จก่อนกำหนด และขอบคุณเจ้าของเรือที่อดทนรอ เขากล่าวว่าท่าใหม่รับเรือใหญ่ได้สองลำพร้อมกัน",
    ],
};
const JAPANESE: News = News {
    title: "二週間の修理を終え港が再開",
    text: [
        "港は二週間の修理を終えて月曜日に再開した、と港湾局が発表した。正午までに三隻の船が荷を下ろし、週末までにさらに五隻が入港する見込みだという。新しい岸壁には大型船が同時に二隻着けられる。",
        "局長は、昼夜を問わず働いて予定より早く工事を終えた作業員に感謝し、待ってくれた船主にも礼を述べた。地元の漁業者からは、朝の市場がまた賑わうと喜ぶ声が上がっている。",
    ],
};
const JAPANESE_KANA: News = News {
    title: "ﾆｭｰｽ速報 港が再開",
    text: [
        "港は二週間の修理を終えて月曜日に再開した、とﾆｭｰｽが伝えた。正午までに三隻の船が荷を下ろし、週末までにさらに五隻のﾀﾝｶｰが入港する見込みだという。新しい岸壁には大型船が同時に二隻着けられる。",
        "局長は、昼夜を問わず働いて予定より早く工事を終えた作業員に感謝し、待ってくれた船主にも礼を述べた。地元の漁業者からは、朝の市場がまた賑わうと喜ぶ声が上がっている。",
    ],
};
const CHINESE: News = News {
    title: "港口经两周维修后重新开放",
    text: [
        "港口管理局星期一宣布，经过两周维修，港口重新开放。中午以前已有三艘船卸货完毕，预计本周末以前还有五艘船靠岸。局长感谢工人日夜赶工，提前完成了工程，也感谢船东的耐心等待。",
        "他说，新码头可以同时停靠两艘大船，今后排队等候的时间将大为缩短。附近的渔民表示，早市又会热闹起来。市政府还计划明年扩建仓库，并改善通往港口的道路和铁路。",
    ],
};
/// With characters that GB18030 writes in four bytes.
const CHINESE_RARE: News = News {
    title: "㐀村港口经两周维修后重新开放",
    text: [
        "港口管理局星期一宣布，经过两周维修，港口重新开放。中午以前已有三艘船卸货完毕，预计本周末以前还有五艘船靠岸。局长𠮷先生感谢工人日夜赶工，提前完成了工程，也感谢船东的耐心等待。",
        "他说，新码头可以同时停靠两艘大船，今后排队等候的时间将大为缩短。附近的渔民表示，早市又会热闹起来。市政府还计划明年扩建仓库，并改善通往港口的道路和铁路。",
    ],
};
const TAIWANESE: News = News {
    title: "港口經兩週維修後重新開放",
    text: [
        "港口管理局星期一宣布，經過兩週維修，港口重新開放。中午以前已有三艘船卸貨完畢，預計本週末以前還有五艘船靠岸。局長感謝工人日夜趕工，提前完成了工程，也感謝船東的耐心等待。",
        "他說，新碼頭可以同時停靠兩艘大船，今後排隊等候的時間將大為縮短。附近的漁民表示，早市又會熱鬧起來。市政府還計劃明年擴建倉庫，並改善通往港口的道路和鐵路。",
    ],
};
const KOREAN: News = News {
    title: "항구 두 주간의 수리 끝에 다시 문 열어",
    text: [
        "항만청은 월요일 성명에서 두 주간의 수리를 마치고 항구를 다시 열었다고 밝혔다. 정오 전에 배 세 척이 짐을 내렸고, 주말까지 다섯 척이 더 들어올 것으로 보인다고 덧붙였다.",
        "청장은 밤낮으로 일해 예정보다 빨리 공사를 끝낸 일꾼들과 기다려 준 선주들에게 고마움을 전했다. 새 부두에는 큰 배 두 척이 한꺼번에 닿을 수 있어 기다리는 시간이 크게 줄어들 것이라고 했다.",
    ],
};
const VIETNAMESE: News = News {
    title: "Cảng mở cửa trở lại sau hai tuần sửa chữa",
    text: [
        "Cảng đã mở cửa trở lại vào thứ Hai sau hai tuần sửa chữa, ban quản lý cảng cho biết trong một thông báo. Ba con tàu đã dỡ hàng trước buổi trưa và năm tàu nữa dự kiến cập bến trước cuối tuần.",
        "Giám đốc cảm ơn các đội thợ đã làm việc ngày đêm và các chủ tàu đã kiên nhẫn chờ đợi. Ông nói cầu cảng mới có thể đón hai tàu lớn cùng một lúc, nhờ vậy thời gian chờ sẽ ngắn hơn.",
    ],
};

/// Every encoding, by the name that pages give it, with news that it can express.
const ENCODINGS: [(&str, &News); 26] = [
    ("windows-1256", &ARABIC),
    ("ISO-8859-6", &ARABIC),
    ("KOI8-R", &RUSSIAN),
    ("windows-1251", &RUSSIAN),
    ("ISO-8859-5", &RUSSIAN),
    ("windows-1252", &FRENCH),
    ("windows-1250", &POLISH),
    ("ISO-8859-2", &POLISH),
    ("windows-1253", &GREEK),
    ("ISO-8859-7", &GREEK),
    ("windows-1254", &TURKISH),
    ("ISO-8859-9", &TURKISH),
    ("windows-1255", &HEBREW),
    ("ISO-8859-8", &HEBREW),
    ("TIS-620", &THAI),
    ("windows-874", &THAI),
    ("windows-1258", &VIETNAMESE),
    ("Shift_JIS", &JAPANESE),
    ("shift_jis", &JAPANESE_KANA),
    ("EUC-JP", &JAPANESE),
    ("ISO-2022-JP", &JAPANESE),
    ("GB18030", &CHINESE),
    ("gb2312", &CHINESE_RARE),
    ("Big5", &TAIWANESE),
    ("EUC-KR", &KOREAN),
    ("UTF-8", &KOREAN),
];

/// How a page's encoding is declared.
#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Nothing,
    Http,
    HttpQuoted,
    Meta,
    MetaFarDown,
    HttpEquiv,
    Xml,
    /// By HTTP, wrongly.
    Wrong(&'static str),
    /// By `<meta>`, wrongly.
    WrongMeta(&'static str),
}

const HTML: [How; 12] = [
    How::Nothing,
    How::Http,
    How::HttpQuoted,
    How::Meta,
    How::MetaFarDown,
    How::HttpEquiv,
    How::Xml,
    How::Wrong("utf-8"),
    How::Wrong("ISO-8859-1"),
    How::Wrong("utf8mb4"),
    How::WrongMeta("utf-8"),
    How::WrongMeta("iso-8859-1"),
];
const PLAIN: [How; 6] = [
    How::Nothing,
    How::Http,
    How::HttpQuoted,
    How::Wrong("utf-8"),
    How::Wrong("ISO-8859-1"),
    How::Wrong("none"),
];

impl How {
    fn header(self, kind: &str, label: &str) -> Option<String> {
        match self {
            Self::Http => Some(format!("text/{kind}; charset={label}")),
            Self::HttpQuoted => Some(format!("Text/{kind};Charset=\"{}\"", label.to_uppercase())),
            Self::Wrong(label) => Some(format!("text/{kind}; charset={label}")),
            _ => Some(format!("text/{kind}")),
        }
    }

    fn in_head(self, label: &str) -> String {
        match self {
            Self::Meta => format!("<meta charset=\"{label}\">"),
            Self::WrongMeta(label) => format!("<meta charset={label}>"),
            Self::HttpEquiv => {
                format!("<meta content='text/html; charset={label}' http-equiv='Content-Type'>")
            }
            Self::MetaFarDown => {
                let script = "var shown = 1; // nothing to see\n".repeat(300);
                let other = "document.write('<meta charset=koi8-u>')";
                format!(
                    "<!-- <meta charset=macintosh> --><script>{script}{other}</script><META CharSet = '{label}' />"
                )
            }
            _ => String::new(),
        }
    }
}

fn html(news: &News, how: How, label: &str) -> String {
    let xml =
        if how == How::Xml { format!("<?xml version='1.0' encoding='{label}'?>\n") } else { String::new() };
    let (title, [first, second]) = (news.title, news.text);
    format!(
        "{xml}<!DOCTYPE html>\n<html><head>{}<title>{title}</title></head>\n<body><article>\n<h1>{title}</h1>\n<p>{first}</p>\n<p>{second}</p>\n</article></body></html>\n",
        how.in_head(label)
    )
}

fn plain(news: &News) -> String {
    format!("{}\n\n{}\n\n{}\n", news.title, news.text[0], news.text[1])
}

/// What comes out: each story's headline and text.
fn read(bytes: &[u8], content_type: Option<&str>) -> Vec<(Option<String>, String)> {
    let source = Source { content_type, ..Source::new(bytes) };
    let stories = split(&source, &Limits::default()).unwrap_or_default();
    stories.into_iter().map(|story| (story.title, story.text)).collect()
}

/// What is wrong with the stories of a page.
fn fault(news: &News, bytes: &[u8], header: Option<&str>) -> Option<String> {
    let want = vec![(Some(news.title.to_owned()), news.text.join("\n"))];
    let got = read(bytes, header);
    (got != want).then(|| {
        got.first().map_or_else(String::new, |(title, text)| {
            format!("{title:?} {}", text.chars().take(60).collect::<String>())
        })
    })
}

fn encode(label: &str, text: &str) -> Vec<u8> {
    // What calls itself gb2312 may use all of its successor.
    let encoding = Encoding::for_label(label.as_bytes()).filter(|_| label != "gb2312").unwrap_or(GB18030);
    // windows-1258 writes most accents as marks of their own.
    let text = if label == "windows-1258" { apart(text) } else { text.to_owned() };
    let (bytes, _, lost) = encoding.encode(&text);
    assert!(!lost, "{label} cannot say this");
    bytes.into_owned()
}

/// `text` with the tone marks of Vietnamese apart from their vowels.
fn apart(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let tone = |c: &char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    text.chars()
        .flat_map(|c| {
            let parts: Vec<char> = std::iter::once(c).nfd().collect();
            let letter: String = parts.iter().copied().filter(|c| !tone(c)).nfc().collect();
            letter.chars().chain(parts.iter().copied().filter(tone)).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_encoding_is_read_however_it_is_declared() {
    let mut faults = Vec::new();
    for (label, news) in ENCODINGS {
        for how in HTML {
            let bytes = encode(label, &html(news, how, label));
            let wrong = fault(news, &bytes, how.header("html", label).as_deref());
            faults.extend(wrong.map(|got| format!("{label} html {how:?}: {got}")));
        }
        for how in PLAIN {
            let bytes = encode(label, &plain(news));
            let wrong = fault(news, &bytes, how.header("plain", label).as_deref());
            faults.extend(wrong.map(|got| format!("{label} plain {how:?}: {got}")));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn utf16_is_read_in_either_order_with_and_without_a_mark() {
    let mut faults = Vec::new();
    for news in [&ARABIC, &RUSSIAN, &FRENCH, &HEBREW, &THAI, &JAPANESE, &CHINESE, &CHINESE_RARE, &KOREAN] {
        for (form, page) in [("html", html(news, How::Meta, "utf-16")), ("plain", plain(news))] {
            for (label, bytes) in [
                ("utf-16le", page.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
                ("utf-16be", page.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            ] {
                let mark: &[u8] = if label == "utf-16le" { b"\xFF\xFE" } else { b"\xFE\xFF" };
                for how in PLAIN {
                    let header = how.header(form, label);
                    let bare = fault(news, &bytes, header.as_deref());
                    let marked = fault(news, &[mark, &bytes].concat(), header.as_deref());
                    faults.extend(bare.map(|got| format!("{label} {form} {how:?} bare: {got}")));
                    faults.extend(marked.map(|got| format!("{label} {form} {how:?} marked: {got}")));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn references_are_read_in_text_titles_and_plain_text() {
    let [first, second] = FRENCH.text;
    let escaped = |text: &str, sign: &str| {
        text.replace('é', &format!("{sign}eacute;"))
            .replace('è', &format!("{sign}egrave;"))
            .replace('’', &format!("{sign}#146;"))
            .replace('à', &format!("{sign}#xE0;"))
            .replace('–', &format!("{sign}#8211;"))
            .replace('«', &format!("{sign}laquo"))
    };
    let (title, first_once, second_once) =
        (escaped(FRENCH.title, "&amp;"), escaped(first, "&"), escaped(second, "&"));
    let page = format!(
        "<html><head><title>{title}</title><meta property='og:title' content='{title}'></head><body><article><h1>{title}</h1><p>{first_once}</p><p>{second_once}</p></article></body></html>"
    );
    assert_eq!(fault(&FRENCH, page.as_bytes(), Some("text/html")), None);
    let whole = |text: &str| escaped(text, "&").replace("&laquo", "&laquo;");
    let page = format!("{}\n\n{}\n\n{}\n", whole(FRENCH.title), whole(first), whole(second));
    assert_eq!(fault(&FRENCH, page.as_bytes(), Some("text/plain")), None);
}

#[test]
fn pages_encoded_twice_cut_off_or_with_zeros_are_read() {
    for news in [&FRENCH, &ARABIC, &CHINESE] {
        let page = html(news, How::Meta, "utf-8");
        let twice: String = page.bytes().map(char::from).collect();
        assert_eq!(fault(news, twice.as_bytes(), None), None);
        let zeros = page.replace("<h1>", "<h1>\0").replace("</title>", "\0</title>");
        assert_eq!(fault(news, zeros.as_bytes(), None), None);
        let end = page.find(news.text[1]).unwrap() + news.text[1].len();
        let cut = [&page.as_bytes()[..end], b"\xD8"].concat();
        assert_eq!(fault(news, &cut, Some("text/html; charset=iso-8859-1")), None);
    }
}

#[test]
fn marks_are_taken_out_of_all_fields_and_spelling_stays() {
    let page =
        html(&ARABIC, How::Meta, "utf-8").replace('ا', "\u{200F}ا\u{640}").replace(' ', "\u{A0}\u{202B} ");
    let got = read(page.as_bytes(), None);
    let bare = |text: &str| text.replace('\u{640}', "");
    assert_eq!(bare(&got[0].1), ARABIC.text.join("\n"));
    assert_eq!(got[0].0.as_deref().map(bare).as_deref(), Some(ARABIC.title));
}
