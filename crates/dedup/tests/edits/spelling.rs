//! The same words in other letters, as keyboards, systems and house styles have them.

use unicode_normalization::UnicodeNormalization;

use crate::set::{Language, Report, Script};

/// Spelt as another house spells.
pub(crate) fn respelt(of: &Language, at: usize) -> Report {
    let report = &of.reports[at];
    let respell = |(number, text): (usize, &String)| match of.script {
        Script::Arabic => arabic(of, number, text),
        Script::Latin | Script::Cyrillic => alphabetic(of, number, text),
        Script::Devanagari => devanagari(text),
        Script::Han => han(number, text),
    };
    Report { paragraphs: report.paragraphs.iter().enumerate().map(respell).collect(), ..report.clone() }
}

/// Words in turn with bare alefs, exchanged final letters, a stretched letter, vowel marks. Persian and
/// Urdu with the letters of an Arabic keyboard instead of the exchanged ones, and every second paragraph
/// with spaces for non-joiners.
fn arabic(of: &Language, number: usize, text: &str) -> String {
    let respell = |(place, word): (usize, &str)| match place % 5 {
        0 => word.replace(['أ', 'إ', 'آ'], "ا"),
        1 if of.code == "ar" => word.replace('ة', "ه").replace('ى', "ي"),
        2 if of.code == "ar" && word.trim_end().ends_with('ي') => word.replace('ي', "ى"),
        3 => stretched(word),
        4 => vowelled(word),
        _ => word.to_owned(),
    };
    let text: String = of.words(text).into_iter().enumerate().map(respell).collect();
    if of.code == "ar" {
        return text;
    }
    let typed = text.replace('ی', "ي").replace('ک', "ك").replace('ہ', "ه");
    if number % 2 == 1 { typed.replace('\u{200c}', " ") } else { typed }
}

/// With tatweel after the first letter that joins the next.
fn stretched(word: &str) -> String {
    let joins = |c: char| "بتثجحخسشصضطظعغفقلمنيی".contains(c);
    let is_letter = |c: char| ('ء'..='ی').contains(&c);
    let letters: Vec<char> = word.chars().collect();
    let place = letters.windows(2).position(|pair| joins(pair[0]) && is_letter(pair[1]));
    let stretch =
        |(at, c): (usize, char)| if Some(at) == place { format!("{c}ـــ") } else { c.to_string() };
    letters.iter().copied().enumerate().map(stretch).collect()
}

/// With vowel marks on its consonants.
fn vowelled(word: &str) -> String {
    let mut marks = ['\u{64e}', '\u{650}', '\u{652}', '\u{64f}'].into_iter().cycle();
    let mut vowel = |c: char| match c {
        c if "بتثجحخدذرزسشصضطظعغفقكکلمنهہ".contains(c) => {
            format!("{c}{}", marks.next().unwrap_or_default())
        }
        c => c.to_string(),
    };
    word.chars().map(&mut vowel).collect()
}

/// Paragraphs in turn in capitals, decomposed, with ligatures, with soft hyphens; all with `ss` for `ß`
/// and `е` for `ё`.
fn alphabetic(of: &Language, number: usize, text: &str) -> String {
    let text = text.replace('ß', "ss").replace('ё', "е");
    match number % 4 {
        0 if of.code == "tr" => text.replace('i', "İ").to_uppercase(),
        0 => text.to_uppercase(),
        1 => text.nfd().collect(),
        2 => text.replace("ffi", "ﬃ").replace("ff", "ﬀ").replace("fi", "ﬁ").replace("fl", "ﬂ"),
        _ => of.words(&text).into_iter().map(hyphenated).collect(),
    }
}

/// With a soft hyphen, if it is long.
fn hyphenated(word: &str) -> String {
    let is_long = |word: &str| word.chars().count() > 6 && word.chars().all(char::is_alphabetic);
    match word.char_indices().nth(4) {
        Some((middle, _)) if is_long(word.trim_end()) => {
            format!("{}\u{ad}{}", &word[..middle], &word[middle..])
        }
        _ => word.to_owned(),
    }
}

/// With the dotted consonants as single characters, a dot for the moon-dot, and joiners in conjuncts.
fn devanagari(text: &str) -> String {
    let dotted = ["क़", "ख़", "ग़", "ज़", "ड़", "ढ़", "फ़", "य़"];
    let decomposed: String = text.nfd().collect();
    let composed = dotted.iter().zip('\u{958}'..).fold(decomposed, |text, (letter, single)| {
        text.replace(&letter.nfd().collect::<String>(), &single.to_string())
    });
    composed.replace('ँ', "ं").replace("क्ष", "क्\u{200d}ष").replace("त्र", "त्\u{200d}र")
}

/// Paragraphs in turn with half-width kana and punctuation, decomposed, with spaces between clauses,
/// and with the look-alikes that old code pages had; all with full-width Latin letters.
fn han(number: usize, text: &str) -> String {
    const WIDE: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー・。「」、\u{3099}\u{309a}";
    const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ･｡｢｣､ﾞﾟ";
    const LIKE: [(char, char); 8] = [
        ('年', '\u{f98e}'),
        ('行', '\u{fa08}'),
        ('力', '\u{f98a}'),
        ('女', '\u{f981}'),
        ('金', '\u{f90a}'),
        ('里', '\u{f9e9}'),
        ('老', '\u{f934}'),
        ('更', '\u{f901}'),
    ];
    let full_width = |c: char| match c {
        'A'..='Z' | 'a'..='z' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        c => c,
    };
    let text: String = text.chars().map(full_width).collect();
    let half: Vec<(char, char)> = WIDE.chars().zip(HALF.chars()).collect();
    // Half-width kana have their sound marks beside them.
    let half_width = |c: char| match c {
        'ァ'..='ヺ' => c.to_string().nfd().map(|c| exchanged(c, &half)).collect(),
        c => exchanged(c, &half).to_string(),
    };
    match number % 4 {
        0 => text.chars().map(half_width).collect(),
        1 => text.nfd().collect(),
        2 => text.replace('，', ", ").replace('、', "、 ").replace('。', "。\u{200b} "),
        _ => text.chars().map(|c| exchanged(c, &LIKE)).collect(),
    }
}

/// The other character of the pair that `c` begins, or `c`.
fn exchanged(c: char, pairs: &[(char, char)]) -> char {
    pairs.iter().find(|(one, _)| *one == c).map_or(c, |(_, other)| *other)
}
