//! Leaves out of a page what html5ever would only lose time on: what is in scripts and styles, which
//! is a third of many pages and which nobody reads, and attributes beyond a bound, each of which it
//! compares with all before.

use std::ops::Range;

/// The parts of `html` that are to be read, in order: all but what is in scripts and styles, and with at
/// most `max` attributes in each tag. JSON-LD stays.
pub(super) fn kept(html: &str, max: usize) -> Vec<Range<usize>> {
    let mut pruner = Pruner { bytes: html.as_bytes(), kept: Vec::new(), from: 0, quiet: 0 };
    let mut at = 0;
    while let Some(open) = pruner.find(b'<', at) {
        at = open + 1;
        let name = at + usize::from(pruner.starts(at, b"/"));
        if pruner.bytes.get(name).is_some_and(u8::is_ascii_alphabetic) {
            let tag = Tag::read(pruner.bytes, name, max);
            if let Some(cut) = tag.cut {
                pruner.leave_out(cut..tag.end);
            }
            at = if name == at { pruner.enter(&tag) } else { tag.end };
        } else {
            pruner.pass_comment(at);
        }
    }
    pruner.leave_out(html.len()..html.len());
    pruner.kept
}

/// Elements whose content is text, whatever it looks like, and ends with their end tag.
const RAW: [&[u8]; 8] =
    [b"script", b"style", b"title", b"textarea", b"iframe", b"xmp", b"noembed", b"noframes"];

struct Pruner<'a> {
    bytes: &'a [u8],
    kept: Vec<Range<usize>>,
    /// Where the part begins that is being kept.
    from: usize,
    /// Up to here it is a comment or raw text, and what looks like a script may be none. In drawings
    /// what looks raw is not: attributes are counted here too.
    quiet: usize,
}

impl Pruner<'_> {
    fn find(&self, byte: u8, from: usize) -> Option<usize> {
        memchr::memchr(byte, self.bytes.get(from..)?).map(|at| from + at)
    }

    fn starts(&self, at: usize, text: &[u8]) -> bool {
        self.bytes.get(at..at + text.len()).is_some_and(|own| own.eq_ignore_ascii_case(text))
    }

    fn leave_out(&mut self, part: Range<usize>) {
        if part.start > self.from {
            self.kept.push(self.from..part.start);
        }
        self.from = part.end;
    }

    /// Leaves out what is in the element that `tag` starts, if it is a script or a style; returns where
    /// to read on.
    fn enter(&mut self, tag: &Tag) -> usize {
        let name = self.bytes.get(tag.name.clone()).unwrap_or_default();
        let raw = RAW.iter().find(|raw| raw.eq_ignore_ascii_case(name));
        let (Some(name), true) = (raw, tag.name.start > self.quiet) else { return tag.end };
        let inside = tag.end + 1;
        let Some(end) = self.end_of(name, inside) else {
            self.quiet = self.bytes.len();
            return tag.end;
        };
        self.quiet = end;
        let content = self.bytes.get(inside..end).unwrap_or_default();
        // In a drawing `<script/>` has no content; in a comment a script may hold another.
        let plain =
            !self.starts(tag.end.saturating_sub(1), b"/") && memchr::memmem::find(content, b"<!--").is_none();
        let unread = match *name {
            b"script" => !self.is_described(tag),
            b"style" => true,
            _ => false,
        };
        if !plain || !unread || content.is_empty() {
            return tag.end;
        }
        self.leave_out(inside..end);
        end
    }

    /// Whether a script is JSON-LD.
    fn is_described(&self, tag: &Tag) -> bool {
        // The plus sign may be an entity.
        let kinds: [&[u8]; 2] = [b"ld+json", b";json"];
        let attributes = self.bytes.get(tag.name.end..tag.end).unwrap_or_default();
        let has = |kind: &[u8]| attributes.windows(kind.len()).any(|part| part.eq_ignore_ascii_case(kind));
        kinds.into_iter().any(has)
    }

    /// Where the end tag of the element `name` begins.
    fn end_of(&self, name: &[u8], mut from: usize) -> Option<usize> {
        loop {
            let open = self.find(b'<', from)?;
            let after = open + 2 + name.len();
            let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
            if self.starts(open + 1, b"/")
                && self.starts(open + 2, name)
                && self.bytes.get(after).is_some_and(ends)
            {
                return Some(open);
            }
            from = open + 1;
        }
    }

    /// Notes where a comment ends, or what is read as one, whose `<` is before `at`.
    fn pass_comment(&mut self, at: usize) {
        if at <= self.quiet {
            return;
        }
        let rest = self.bytes.get(at + 1..).unwrap_or_default();
        let end = match self.bytes.get(at..).unwrap_or_default() {
            [b'!', b'-', b'-', ..] => memchr::memchr_iter(b'>', rest).find(|end| {
                let comment = rest.get(..*end).unwrap_or_default();
                comment.ends_with(b"--") || (comment.ends_with(b"--!") && comment.len() >= b"----!".len())
            }),
            [b'!', b'[', ..] => memchr::memmem::find(rest, b"]]>"),
            [b'!' | b'?' | b'/', ..] => memchr::memchr(b'>', rest),
            _ => return,
        };
        self.quiet = end.map_or(self.bytes.len(), |end| at + 1 + end);
    }
}

struct Tag {
    name: Range<usize>,
    /// Where the attribute after the last allowed one begins.
    cut: Option<usize>,
    /// Where the closing `>` is, or the end of the input.
    end: usize,
}

impl Tag {
    /// Reads a tag as the tokenizer does: names, and values bare or in quotes.
    fn read(bytes: &[u8], start: usize, max: usize) -> Self {
        let skip = |from: usize, stop: &dyn Fn(u8) -> bool| {
            bytes.get(from..).and_then(|b| b.iter().position(|b| stop(*b))).map_or(bytes.len(), |n| from + n)
        };
        let space = |b: u8| b.is_ascii_whitespace() || b == b'/';
        let mut cut = None;
        let mut count = 0;
        let mut at = skip(start, &|b| space(b) || b == b'>');
        let name = start..at;
        loop {
            at = skip(at, &|b| !space(b));
            match bytes.get(at) {
                None => return Self { name, cut, end: bytes.len() },
                Some(b'>') => return Self { name, cut, end: at },
                Some(_) => {}
            }
            if count == max {
                cut = cut.or(Some(at));
            }
            count += 1;
            // A name may start with an equals sign.
            at = skip(at + 1, &|b| space(b) || b == b'>' || b == b'=');
            let value = skip(at, &|b| !b.is_ascii_whitespace());
            if bytes.get(value) == Some(&b'=') {
                let value = skip(value + 1, &|b| !b.is_ascii_whitespace());
                at = match bytes.get(value) {
                    Some(quote @ (b'"' | b'\'')) => {
                        let rest = bytes.get(value + 1..).unwrap_or_default();
                        memchr::memchr(*quote, rest).map_or(bytes.len(), |n| value + 1 + n + 1)
                    }
                    _ => skip(value, &|b| b.is_ascii_whitespace() || b == b'>'),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pruned(html: &str, max: usize) -> String {
        kept(html, max).into_iter().map(|part| &html[part]).collect()
    }

    #[test]
    fn of_attributes_only_what_is_too_much_is_cut() {
        assert_eq!(pruned("<a b=1 c='>' d>x</a>", 3), "<a b=1 c='>' d>x</a>");
        assert_eq!(pruned("<a b=1 c='>' d e = \"<\" >x</a><p f>", 2), "<a b=1 c='>' >x</a><p f>");
        assert_eq!(pruned("</a b c>x</a>", 1), "</a b >x</a>");
        assert_eq!(pruned("<a b c", 1), "<a b ");
        assert_eq!(pruned("1 < 2 <", 0), "1 < 2 <");
    }

    #[test]
    fn scripts_and_styles_are_emptied() {
        for (html, expected) in [
            ("a<script>b</script>c<STYLE x=y>d</style>e", "a<script></script>c<STYLE x=y></style>e"),
            ("<script>'</scripts>' <p></script >b", "<script></script >b"),
            ("<!-- > --><script>b</script>", "<!-- > --><script></script>"),
            ("<!--><script>b</script>", "<!--><script></script>"),
            ("<!-- - -- ---><script>b</script>", "<!-- - -- ---><script></script>"),
            ("<!-- --!><script>b</script>", "<!-- --!><script></script>"),
            ("<title>a</title><script>b</script>", "<title>a</title><script></script>"),
            ("<p title='<script>'>a<script>b</script>", "<p title='<script>'>a<script></script>"),
        ] {
            assert_eq!(pruned(html, 9), expected);
        }
    }

    #[test]
    fn what_may_be_no_script_stays() {
        for html in [
            "<script type='application/LD+JSON'>{}</script>",
            "<script type=application&#x2F;ld&#x2B;json>{}</script>",
            "<title>How to <script></title><p>a</p><script>",
            "<!-- <script> --><p>a</p></script>",
            "<! <script><p>a</p></script>",
            "<script><!-- <script>a</script> --></script>",
            "<svg><script/></svg><p>a</p></script>",
            "<svg><![CDATA[<script>]]></svg><p>a</p></script>",
            "<textarea><script></textarea><p>a</p></script>",
            "<script>a</scripts>",
            "<iframe>a",
        ] {
            assert_eq!(pruned(html, 9), html);
        }
    }
}
