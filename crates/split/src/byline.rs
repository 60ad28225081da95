//! Who wrote a story, as a short line near its headline says: "By Jane Doe, 2 March", "記者 朝倉みのり".

use crate::labels::{self, Label};
use crate::piece::Piece;
use crate::{date, words};

/// No byline weighs more.
const LONGEST: usize = 160;
/// What parts one name from the next, or from what follows.
const MARKS: [char; 8] = [',', '،', '、', '，', '|', '｜', '•', '/'];
/// … as words, or as a point that has spaces around it: without them it is part of a name.
const BETWEEN: [&str; 8] = [" · ", " and ", " und ", " et ", " y ", " og ", " och ", " и "];
/// "Reporter", where it stands behind the name.
const BEHIND: [&str; 3] = ["기자", "記者", "记者"];

/// The names in a line that says who wrote the story, in its order; none where it is no such line.
///
/// It is one where its markup or a word such as "by" says so, or where it is set in italics and is
/// nothing but a name and a date.
pub(crate) fn names(piece: &Piece) -> Vec<&str> {
    let text = piece.text.as_str();
    if piece.weight > LONGEST || text.is_empty() {
        return Vec::new();
    }
    if let Some(by) = labels::at_start_of(text, &[Label::By]) {
        let names = listed(by.rest, by.colon || piece.byline);
        let one_word = || by.rest.split_whitespace().count() == 1 && !by.rest.ends_with(['!', '?']);
        return if names.is_empty() && one_word() { listed(by.rest, true) } else { names };
    }
    if let Some(name) = BEHIND.iter().find_map(|word| text.strip_suffix(word)).map(str::trim)
        && labels::is_name(name)
    {
        return vec![name];
    }
    let dated = piece.byline || date::is_line(text);
    if let Some(by) = labels::by_inside(text).filter(|_| dated) {
        return listed(by, false);
    }
    if piece.byline {
        return listed(text, true);
    }
    let Some((name, rest)) = text.split_once(MARKS).filter(|_| piece.slanted) else { return Vec::new() };
    if labels::is_name(name) && date::is_line(rest) { vec![name.trim()] } else { Vec::new() }
}

/// Whether a line says when the story was published, and does not end as a sentence does.
pub(crate) fn is_dated(text: &str) -> bool {
    words::weight(text) <= LONGEST
        && !words::ends_sentence(text)
        && text.match_indices(' ').any(|(at, _)| {
            let rest = text.get(at + 1..).unwrap_or_default();
            labels::at_start_of(rest, &[Label::Published, Label::Updated]).is_some_and(|found| found.colon)
        })
}

/// The agency that a report's dateline names: "ARDLOW, 3 May /Northwire/. The bridge …".
pub(crate) fn agency(text: &str) -> Option<&str> {
    /// A dateline has no more bytes before its agency, and the agency's name no more in all.
    const LONGEST_PLACE: usize = 120;
    const LONGEST_NAME: usize = 60;
    let (place, rest) = text.split_once(" /")?;
    let (name, after) = rest.split_once('/')?;
    let dated = place.len() <= LONGEST_PLACE && place.contains(char::is_numeric) && place.contains(',');
    let named = name.len() <= LONGEST_NAME
        && name.starts_with(char::is_alphabetic)
        && !name.contains(char::is_numeric);
    let ends = after.trim_start().starts_with(['.', '-', '–', '—', ':']);
    (dated && named && ends).then_some(name)
}

/// The names that `text` begins with, up to its first number: a date. Where it is `sure` that it
/// begins with one, a single word or a desk's name will do for the first, or for any where no date follows.
fn listed(text: &str, sure: bool) -> Vec<&str> {
    let until = text.find(char::is_numeric).unwrap_or(text.len());
    let before = text.get(..until).unwrap_or_default();
    let before = if until < text.len() { without_month(before) } else { before };
    let mut names: Vec<&str> = Vec::new();
    for part in before.split(MARKS).flat_map(parts) {
        let part = without_label(part).trim_matches([' ', ':', '：', '-', '–', '—', '·']);
        if part.is_empty() {
            continue;
        }
        // Small letters begin a desk's name, "dpa", but before a date they are its: "le 28 février".
        let whole = until == text.len();
        let cased = !part.starts_with(char::is_lowercase) || whole;
        let sentence = words::count(part) > 2 && part.ends_with(['.', '!', '?']);
        let will_do = sure
            && (names.is_empty() || whole)
            && part.chars().count() > 1
            && cased
            && !sentence
            && words::count(part) <= 6;
        if !will_do && !labels::is_name(part) {
            break;
        }
        names.push(part);
    }
    names
}

/// `text` at the words that join names.
fn parts(text: &str) -> Vec<&str> {
    BETWEEN.iter().fold(vec![text], |parts, mark| parts.iter().flat_map(|part| part.split(*mark)).collect())
}

/// `text`, which a number follows, without the month's name at its end.
fn without_month(text: &str) -> &str {
    let trimmed = text.trim_end();
    match trimmed.rsplit_once(' ') {
        Some((before, last)) if date::is_month(last) => before,
        _ => text,
    }
}

/// `text` up to a word such as "updated".
fn without_label(text: &str) -> &str {
    let label = text.match_indices(' ').map(|(at, _)| at).find(|at| {
        let rest = text.get(at + 1..).unwrap_or_default();
        labels::at_start_of(rest, &[Label::Updated, Label::Published]).is_some()
    });
    label.and_then(|at| text.get(..at)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::piece::Form;

    fn line(text: &str) -> Piece {
        Piece::plain(Form::Paragraph, text.to_owned(), 0)
    }

    #[test]
    fn names_are_taken_without_the_date() {
        for (text, expected) in [
            ("By Marguerite Osei, 1 March 2026", &["Marguerite Osei"][..]),
            ("By Hester Quill and Ned Hallam, March 1, 2026", &["Hester Quill", "Ned Hallam"]),
            ("Par Blandine Sarrazin, le 28 février 2026", &["Blandine Sarrazin"]),
            ("Publié le 12 mars 2024 par Anne Le Goff", &["Anne Le Goff"]),
            ("Автор: Тимофей Лугинин · 2 марта 2026 года", &["Тимофей Лугинин"]),
            ("2026年3月2日 10時00分 記者 朝倉みのり", &["朝倉みのり"]),
            ("홍길동 기자", &["홍길동"]),
            ("Von Jana Weber", &["Jana Weber"]),
            ("By Reuters", &["Reuters"]),
            ("Von dpa", &["dpa"]),
            ("بقلم: فهيم الحامد (جدة)", &["فهيم الحامد (جدة)"]),
            ("De la crise à la paix, le long chemin", &[]),
            ("By the time they came, 2 of 3 had left", &[]),
        ] {
            assert_eq!(names(&line(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_dateline_names_its_agency() {
        let text = "МОСКОВКА, 3 мая /Степь-Информ/. Пешеходный мост открыт сегодня.";
        assert_eq!(agency(text), Some("Степь-Информ"));
        assert_eq!(agency("LONDON, May 3, 2024 /Northwire/ -- The bridge"), Some("Northwire"));
        for text in [
            "In 2024, he said /laughing/ that it was late.",
            "Trains run 3, 4 /5/. Others do not.",
            "Ardlow /Northwire/. The bridge is open.",
        ] {
            assert_eq!(agency(text), None, "{text}");
        }
    }

    #[test]
    fn a_label_of_a_date_tells_a_byline_from_a_sentence() {
        assert!(is_dated("Von Ruprecht Halbmayr Veröffentlicht: 6. Mai 2024, 17:00 Uhr"));
        assert!(!is_dated("Von Mai an wird veröffentlicht: ein Heft im Monat."));
        assert!(!is_dated("Von Ruprecht Halbmayr, 6. Mai 2024"));
    }

    #[test]
    fn a_name_and_a_date_need_italics() {
        let text = "Hester Quill, 27 February 2026";
        assert_eq!(names(&Piece { slanted: true, ..line(text) }), ["Hester Quill"]);
        assert!(names(&line(text)).is_empty());
        assert!(names(&Piece { slanted: true, ..line("Hester Quill, who was there, waved") }).is_empty());
    }

    #[test]
    fn markup_tells_what_words_do_not() {
        let marked = |text| Piece { byline: true, ..line(text) };
        let updated = marked("By Hester Quill, 2 March 2026, 6.40am Updated 3 March, 9.20am");
        assert_eq!(names(&updated), ["Hester Quill"]);
        assert_eq!(names(&marked("Jana Weber Aktualisiert: 3. April")), ["Jana Weber"]);
        assert_eq!(names(&marked("Reuters")), ["Reuters"]);
        assert_eq!(names(&marked("Paula Steiger, SDA")), ["Paula Steiger", "SDA"]);
        assert!(names(&marked("A preventable crisis.")).is_empty());
    }
}
