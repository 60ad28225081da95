//! Feeds that feed-rs refuses, written anew so that it does not.
//!
//! Only what entries are read from is written; the rest can be broken as it likes.

pub(crate) mod json;
pub(crate) mod xml;

/// A person's name without a mail address beside it, over which feed-rs may panic. An address alone
/// stays.
fn without_mail(text: &str) -> Option<String> {
    let is_around = |c: char| c.is_whitespace() || "()<>[]{}（）【】：；:;,，、".contains(c);
    let (mails, words): (Vec<&str>, Vec<&str>) = text
        .split(is_around)
        .filter(|word| !word.is_empty() && *word != "mailto")
        .partition(|word| word.contains('@'));
    match mails.first() {
        None => Some(text.to_owned()),
        Some(mail) if words.is_empty() => mail.is_ascii().then(|| (*mail).to_owned()),
        Some(_) => Some(words.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_and_mails_go() {
        for (text, expected) in [
            ("Ada Long (Reuters)", Some("Ada Long (Reuters)")),
            ("ada@a.example (Ada Long)", Some("Ada Long")),
            ("记者：zhang@x.example（张三）", Some("记者 张三")),
            ("mailto:ada@a.example", Some("ada@a.example")),
            ("é@a.example", None),
        ] {
            assert_eq!(without_mail(text).as_deref(), expected, "{text}");
        }
    }
}
