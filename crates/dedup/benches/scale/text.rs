//! Made-up texts, each from its number.

/// Different words.
const WORDS: u64 = 30_000;
/// Words of a text: some 2.5 KB.
const LENGTH: u64 = 353;

/// Makes texts.
pub(crate) struct Press {
    words: Vec<String>,
}

impl Press {
    pub(crate) fn new() -> Self {
        const SYLLABLES: [&str; 24] = [
            "ba", "den", "ro", "ti", "sa", "lor", "me", "nu", "ka", "vi", "ster", "po", "gra", "li", "fen",
            "du", "ha", "qui", "mor", "te", "bu", "jo", "win", "ze",
        ];
        let word = |number: u64| -> String {
            let mut chance = Chance(number);
            (0..1 + chance.below(4)).map(|_| SYLLABLES[chance.below(24) as usize]).collect()
        };
        // Every fiftieth is a number.
        let word =
            |number: u64| if number.is_multiple_of(50) { (number / 50).to_string() } else { word(number) };
        Self { words: (0..WORDS).map(word).collect() }
    }

    pub(crate) fn headline(&self, number: u64) -> String {
        let mut chance = Chance(number ^ 0xabcd);
        (0..8).map(|_| self.word(&mut chance)).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn text(&self, number: u64) -> String {
        set(&self.words_of(number))
    }

    /// The same with every thirtieth word replaced.
    pub(crate) fn edited(&self, number: u64) -> String {
        let mut words = self.words_of(number);
        let mut chance = Chance(!number);
        words.iter_mut().skip(7).step_by(30).for_each(|word| *word = self.word(&mut chance));
        set(&words)
    }

    fn words_of(&self, number: u64) -> Vec<&str> {
        // Streams of neighbouring seeds are the same but for a step: so each begins at a drawn place.
        let mut chance = Chance(Chance(number).below(u64::MAX));
        (0..LENGTH).map(|_| self.word(&mut chance)).collect()
    }

    /// Some words much more often than others.
    fn word(&self, chance: &mut Chance) -> &str {
        let (one, other) = (chance.below(WORDS), chance.below(WORDS));
        &self.words[(one * other / WORDS) as usize]
    }
}

/// Words as text: sentences of some fifteen words with commas and full stops, paragraphs of three sentences.
fn set(words: &[&str]) -> String {
    let mut text = String::with_capacity(words.len() * 8);
    for (at, word) in words.iter().enumerate() {
        match at % 15 {
            0 => {
                text.push_str(if at == 0 {
                    ""
                } else if at % 45 == 0 {
                    ".\n\n"
                } else {
                    ". "
                });
                let (first, rest) = word.split_at(1);
                text.push_str(&first.to_uppercase());
                text.push_str(rest);
                continue;
            }
            4 | 11 => text.push_str(", "),
            _ => text.push(' '),
        }
        text.push_str(word);
    }
    text.push('.');
    text
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * u128::from(bound)) >> 64) as u64
    }
}
