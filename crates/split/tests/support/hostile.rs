//! Pages made to cost as much as they can: what the splitter's memory and time are held against.

use std::fmt::Write;

use filling::{count, fill, noise, word};

#[path = "filling.rs"]
mod filling;

/// A name, and the page of about so many bytes.
pub(crate) type Hostile = (&'static str, fn(usize) -> Vec<u8>);

/// Running text of a story's length, with its full stop.
const BODY: &str = "The harbour of Aden reopened on Monday after two weeks of repairs, the port authority said in a statement. \
    Three ships were unloaded before noon, and a further five are expected to dock by the end of the week, it added.";

fn page(body: &str) -> Vec<u8> {
    format!("<!doctype html><html><body><h1>Harbour reopens</h1>{body}<p>{BODY}</p>").into_bytes()
}

/// A page of `part` again and again.
fn of(part: &str, size: usize) -> Vec<u8> {
    page(&fill(part, size))
}

/// A page of `part` of 0, 1, 2 ….
fn counted(size: usize, part: impl Fn(&mut String, usize)) -> Vec<u8> {
    page(&count(size, part))
}

fn json_ld(json: &str) -> Vec<u8> {
    page(&format!("<script type='application/ld+json'>{json}</script>"))
}

macro_rules! write_to {
    ($out:expr, $($arg:tt)*) => {
        // Writing to a string does not fail.
        let _ = write!($out, $($arg)*);
    };
}

/// All of them.
pub(crate) const CATALOGUE: &[Hostile] = &[
    // Trees
    ("<b>", |n| of("<b>", n)),
    ("<div>", |n| of("<div>", n)),
    ("<p>a", |n| of("<p>a", n)),
    ("</p>", |n| of("</p>", n)),
    ("<br>", |n| of("<br>", n)),
    ("<br>a", |n| of("<br>a", n)),
    ("<hr>", |n| of("<hr>", n)),
    ("<li>a", |n| of("<li>a", n)),
    ("<ul><li>a", |n| of("<ul><li>a", n)),
    ("<a href=a>a", |n| of("<a href=a>a", n)),
    ("<h2>a b c d", |n| of("<h2>Abcd efg</h2>", n)),
    ("<td>1", |n| page(&format!("<table>{}</table>", fill("<td>1", n)))),
    ("a cell of a long class, of lines", |n| {
        page(&format!("<table><td class='{}'>{}", fill("a ", n / 2), fill("Abcd efg<br><br>", n / 2)))
    }),
    ("lines of keywords beside a long link", |n| {
        page(&format!("<div><a href=a>{}</a>{}", fill("a ", n / 2), fill("Tags: a, b<br><br>", n / 2)))
    }),
    ("<hr><p>", |n| page(&format!("{}{}", "<div>".repeat(250), fill("<hr><p>Abcd efg", n)))),
    ("paragraphs of classes all different", |n| {
        counted(n, |out, n| {
            out.push_str("<p class=");
            word(out, n, 'a');
            write_to!(out, ">Abcd efg<p>{BODY}");
        })
    }),
    ("links of Markdown without end", |n| fill("[a](", n).into_bytes()),
    ("brackets of Markdown", |n| fill("](", n).into_bytes()),
    ("lines of two hyphens", |n| fill("-- \nAb cd\n", n).into_bytes()),
    ("<tr><td>1<td>2", |n| page(&format!("<table>{}</table>", fill("<tr><td>1<td>2", n)))),
    ("<table><td>", |n| of("<table><td>", n)),
    ("<table>a<caption>b</caption>", |n| page(&format!("<table>{}", fill("a<caption>b</caption>", n)))),
    ("<table><b>a", |n| page(&format!("<table>{}", fill("<b>a<tr>", n)))),
    ("<select><option>", |n| page(&format!("<select>{}", fill("<option>a", n)))),
    ("<svg><g>", |n| page(&format!("<svg>{}", fill("<g><a/>", n)))),
    ("<math><mi>", |n| of("<math><mi>a</math>", n)),
    ("<svg><foreignObject>", |n| of("<svg><foreignObject><p>a", n)),
    ("<template>", |n| of("<template>a", n)),
    ("<table><template>", |n| of("<table><template><tr>a", n)),
    ("comments", |n| of("<!---->", n)),
    ("comments that end in a sign", |n| of("<!----!>", n)),
    ("scripts", |n| of("<script>a</script>", n)),
    ("open scripts in comments", |n| of("<!--<script>", n)),
    ("comments between letters", |n| of("a<!---->", n)),
    ("an open comment", |n| of("<!--a", n)),
    ("CDATA", |n| of("<svg><![CDATA[a]]></svg>", n)),
    ("<body a1><body a2>", |n| {
        counted(n, |out, n| {
            write_to!(out, "<body a{n}>");
        })
    }),
    // Formatting elements, which html5ever repeats
    ("<p><b a=1><p><b a=2>", |n| {
        counted(n, |out, n| {
            write_to!(out, "<p><b a={n}>");
        })
    }),
    ("<b a=1>… <p>a<p>a", |n| {
        let open = count(n / 2, |out, n| {
            write_to!(out, "<b a={n}>");
        });
        page(&format!("<p>{open}{}", fill("<p>a", n / 2)))
    }),
    ("<b> of 256 attributes, <p>a<p>a", |n| {
        let attributes: String = (0..250).map(|n| format!(" a{n}=\"some longer value {n}\"")).collect();
        page(&format!("<p><b{attributes}><i{attributes}>{}", fill("<p>a", n)))
    }),
    ("<b><p></b>", |n| of("<b><p></b>", n)),
    ("<a><p>", |n| of("<a><p>", n)),
    ("</b> below 250 <span>", |n| page(&format!("{}{}", "<span>".repeat(250), fill("</b>", n)))),
    ("</x> below 250 <b>", |n| page(&format!("{}{}", "<span><b>".repeat(125), fill("</x>", n)))),
    ("<hr> below 250 <span>", |n| page(&format!("{}{}", "<span>".repeat(250), fill("<hr>", n)))),
    ("<nobr a=1>", |n| {
        counted(n, |out, n| {
            write_to!(out, "<nobr a={n}>");
        })
    }),
    // Attributes
    ("<a b c d …>", |n| page(&format!("<a {}>", fill("b ", n)))),
    ("<p a b c …> of 256", |n| {
        let attributes: String =
            (0..250).map(|n| format!(" {}", char::from_u32(0x4E00 + n).unwrap_or('a'))).collect();
        of(&format!("<p{attributes}>a"), n)
    }),
    ("<p a>", |n| of("<p a>", n)),
    ("attributes of different names", |n| {
        counted(n, |out, n| {
            write_to!(out, "<p attribute{n}>");
        })
    }),
    ("elements of different names", |n| {
        counted(n, |out, n| {
            write_to!(out, "<an-element{n}>");
        })
    }),
    ("an open quote", |n| of("<p a=\"b", n)),
    ("classes all different", |n| {
        counted(n, |out, n| {
            write_to!(out, "<p class=a{n}>");
        })
    }),
    ("a class without end", |n| page(&format!("<p class='{}'>", fill("aB", n)))),
    ("a class without end around 10,000 paragraphs", |n| {
        let class = fill("ab ", n / 2);
        let texts = fill(&format!("<br><br>{BODY}"), n / 2);
        page(&format!("<div class='{class}'><div>{texts}</div></div>"))
    }),
    ("classes of images, nested", |n| of(&("<u class=img>".repeat(60) + &"</u>".repeat(60)), n)),
    // Text
    ("&amp;", |n| of("&amp;", n)),
    ("a&amp;", |n| of("a&amp;", n)),
    ("&", |n| of("&", n)),
    ("<", |n| of("<", n)),
    ("text without a tag", |n| fill(&format!("{BODY}\n"), n).into_bytes()),
    ("text in one paragraph", |n| page(&fill(&format!("{BODY} "), n))),
    ("one line without a break", |n| fill("a", n).into_bytes()),
    ("one word in a paragraph", |n| of("a", n)),
    ("lines of two letters", |n| fill("ab\n", n).into_bytes()),
    ("lines in <pre>", |n| page(&format!("<pre>{}", fill("ab\n", n)))),
    ("words all different", |n| {
        page(&format!(
            "<p>{}",
            count(n, |out, n| {
                word(out, n, 'a');
                out.push(' ');
            })
        ))
    }),
    ("words all different, a capital inside", |n| {
        page(&format!(
            "<p>One twoThree {}",
            count(n, |out, n| {
                word(out, n, 'a');
                out.push(' ');
            })
        ))
    }),
    ("glued Arabic words", |n| {
        page(&format!(
            "<p>كلمة {}</p><p>{}",
            count(n / 2, |out, n| word(out, n, 'غ')),
            count(n / 2, |out, n| {
                word(out, n, 'غ');
                out.push(' ');
            })
        ))
    }),
    ("a glued word at the head of each paragraph", |n| {
        let glued = fill("كلمات", 20_000);
        of(&format!("<p>أول {glued} {BODY}"), n)
    }),
    ("combining marks", |n| of("\u{301}\u{640}", n)),
    // Bytes
    ("UTF-16", |n| {
        let text = fill(&format!("<p>{BODY}"), n / 2);
        std::iter::once(0xFEFFu16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }),
    ("Chinese in UTF-16", |n| {
        let text = fill("<p>总理星期一举行记者会，宣布新的经济措施。朝野各党的反应不一。", n / 2);
        std::iter::once(0xFEFFu16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }),
    ("Shift_JIS", |n| {
        let line = b"<p>\x8E\xF1\x91\x8A\x82\xCD\x8C\x8E\x97\x6A\x93\xFA\x82\xC9\x8B\x4C\x8E\xD2\x89\xEF\x8C\xA9\x82\xF0\x8A\x4A\x82\xAB\x81\x42";
        [&b"<html><meta charset=shift_jis>"[..], &line.repeat(n / line.len())].concat()
    }),
    ("noise", |n| noise().take(n).collect()),
    ("noise beyond ASCII", |n| {
        [b"<html><p>".to_vec(), noise().take(n).map(|byte| byte | 0x80).collect()].concat()
    }),
    ("noise of tags", |n| {
        const TAGS: [&str; 32] = [
            "<b>",
            "</b>",
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<table>",
            "</table>",
            "<tr>",
            "<td>",
            "<a href=b>",
            "</a>",
            "<i>",
            "</i>",
            "<ul>",
            "<li>",
            "</ul>",
            "<svg>",
            "</svg>",
            "<template>",
            "</template>",
            "<select>",
            "<option>",
            "</select>",
            "<h2>",
            "</h2>",
            "<button>",
            "</button>",
            "<nobr>",
            "a b c",
            "<math>",
            "<form>",
        ];
        let mut noise = noise();
        let mut out = String::with_capacity(n + 16);
        while out.len() < n {
            out.push_str(
                noise.next().and_then(|byte| TAGS.get(usize::from(byte % 32))).copied().unwrap_or_default(),
            );
        }
        page(&out)
    }),
    // Descriptions
    ("JSON-LD of ones", |n| json_ld(&format!("[{}1]", fill("1,", n)))),
    ("JSON-LD of empty lists", |n| json_ld(&format!("[{}1]", fill("[],", n)))),
    ("JSON-LD of empty objects", |n| json_ld(&format!("[{}1]", fill("{\"a\":{}},", n)))),
    ("JSON-LD without end", |n| json_ld(&fill("[", n))),
    ("JSON-LD of keys", |n| {
        json_ld(&format!(
            "{{{}\"a\":1}}",
            count(n, |out, n| {
                write_to!(out, "\"{n}\":1,");
            })
        ))
    }),
    ("JSON-LD of articles", |n| {
        json_ld(&format!(
            "[{}1]",
            count(n, |out, n| {
                write_to!(out, "{{\"@type\":\"Article\",\"name\":\"A headline {n}\"}},");
            })
        ))
    }),
    ("articles in JSON-LD and as many headlines", |n| {
        let articles = count(n / 2, |out, n| {
            write_to!(out, "{{\"@type\":\"Article\",\"name\":\"A headline {n}\"}},");
        });
        let headlines = count(n / 2, |out, n| {
            write_to!(out, "<h2>A headline {n}</h2><p>{BODY}");
        });
        [json_ld(&format!("[{articles}1]")), headlines.into_bytes()].concat()
    }),
    ("one articleBody", |n| {
        json_ld(&format!(
            "{{\"@type\":\"Article\",\"headline\":\"a\",\"articleBody\":\"{}\"}}",
            fill(BODY, n)
        ))
    }),
    ("one articleBody of short lines", |n| {
        json_ld(&format!(
            "{{\"@type\":\"Article\",\"headline\":\"a\",\"articleBody\":\"{}\"}}",
            fill("a\\n", n)
        ))
    }),
    ("an articleBody as long as the text", |n| {
        let body = count(n / 2, |out, n| {
            word(out, n, 'a');
            out.push(' ');
        });
        let texts = count(n / 2, |out, n| {
            write_to!(out, "<p>{n} {}", BODY.get(..112).unwrap_or_default());
        });
        let json =
            json_ld(&format!("{{\"@type\":\"Article\",\"headline\":\"a\",\"articleBody\":\"{body}\"}}"));
        [json, texts.into_bytes()].concat()
    }),
    ("keywords in <meta>", |n| {
        let words = count(n, |out, n| {
            word(out, n, 'a');
            out.push(',');
        });
        [format!("<html><meta name=keywords content='{words}'>").into_bytes(), page("")].concat()
    }),
    ("keywords in JSON-LD", |n| {
        let words = count(n, |out, n| {
            word(out, n, 'a');
            out.push(',');
        });
        json_ld(&format!(
            "{{\"@type\":\"Article\",\"headline\":\"a\",\"keywords\":\"{words}\",\"author\":\"{words}\"}}"
        ))
    }),
    ("authors in <meta>", |n| {
        [format!("<html><meta name=author content='{}'>", fill("a,", n)).into_bytes(), page("")].concat()
    }),
    ("keywords behind a label", |n| {
        let words = count(n, |out, n| {
            write_to!(out, "{n},");
        });
        page(&format!("<p>{BODY}</p><p>Keywords: {words}</p>"))
    }),
    ("keywords of signs behind a label", |n| {
        let sign = |n: usize| char::from(b"!\"$%()*+-=?@[]^_`{}~"[n % 20]);
        let words = count(n, |out, n| {
            out.extend([sign(n), sign(n / 20), sign(n / 400), sign(n / 8000), sign(n / 160_000), ',']);
        });
        page(&format!("<p>{BODY}</p><p>Keywords: {words}</p>"))
    }),
    ("a title without end over headlines", |n| {
        let headlines = fill("<h2>Harbour reopens now</h2>", n / 2);
        [format!("<html><title>{}</title>", fill("harbour ", n / 2)).into_bytes(), page(&headlines)].concat()
    }),
    ("a headline without end over short lines", |n| {
        let lines = fill("<p>A line of some words and not many of them", n / 2);
        format!("<html><h1>{}</h1>{lines}<p>{BODY}", fill("harbour ", n / 2)).into_bytes()
    }),
    ("a site's name without end over 500 stories", |n| {
        let stories = count(n / 2, |out, n| {
            write_to!(out, "<article><h2>Story number {n}</h2><p>{BODY}</article>");
        });
        format!("<html lang='{0}'><meta property=og:site_name content='{0}'>{stories}", fill("ab ", n / 4))
            .into_bytes()
    }),
    // Stories
    ("\"read also\" labels", |n| of("<p>Read also:</p>", n)),
    ("\"read also\" labels and headlines", |n| of("<p>Read also:</p><h2>Harbour reopens</h2>", n)),
    ("\"read also\" behind a text 250 deep", |n| {
        let labels = fill("<p>Read also:</p><p>a</p>", n);
        page(&format!("{}<p>{}</p></div>{labels}", "<div>".repeat(250), BODY.repeat(3)))
    }),
    ("rules", |n| of("<hr>", n)),
    ("rules and headlines", |n| {
        page(&format!("{}{}", fill("<hr>", n / 8), fill("<h2>Harbour reopens</h2>", n)))
    }),
    ("rules of signs in text", |n| fill("***\n", n).into_bytes()),
    ("stories in text", |n| fill(&format!("***\n\nHarbour reopens\n\n{BODY}\n\n"), n).into_bytes()),
    ("articles", |n| of(&format!("<article><h2>Harbour reopens</h2><p>{BODY}</article>"), n)),
    ("500 articles of many nodes", |n| {
        let inner = fill("<span itemprop=a>a</span> ", n / 500);
        of(&format!("<article><h2>Harbour reopens</h2><p>{BODY}</p>{inner}</article>"), n)
    }),
    ("images in one figure", |n| {
        let caption = format!("<figcaption>{}</figcaption>", fill("caption ", n / 4));
        let images = count(n / 2, |out, n| {
            write_to!(out, "<img src=https://a.b/{n}>");
        });
        page(&format!("<p>{BODY}<figure>{images}{caption}</figure>{caption}"))
    }),
    ("stories and images in one figure", |n| {
        let stories = count(n, |out, n| {
            write_to!(out, "<article><h2>Harbour {n}</h2><p>{BODY}</p>");
            for image in 0..50 {
                write_to!(out, "<img src=https://a.b/{n}-{image}>");
            }
            out.push_str("</article>");
        });
        page(&format!("<figure>{stories}<figcaption>{}</figcaption></figure>", fill("caption ", 2000)))
    }),
    ("<time>", |n| of("<time datetime=2024-01-02>a</time>", n)),
    ("<p><time>", |n| of("<p><time datetime=2024-01-02>2 January 2024</time></p>", n)),
    ("furniture", |n| of("<nav><a href=a>a</a></nav>", n)),
    ("dates", |n| of("<p>2 January 2024, 12:30", n)),
    ("bylines", |n| of("<p class=byline>By Jane Doe, 2 March 2024", n)),
    ("briefs", |n| of(&format!("<p><b>Harbour reopens.</b> {BODY}"), n)),
    ("bold lines", |n| of("<b>Harbour reopens</b><br>", n)),
    ("links", |n| of("<li><a href=/a>A headline of some words</a>", n)),
];
