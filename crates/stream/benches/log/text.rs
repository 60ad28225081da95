//! Text that weighs what news weighs, also when it is compressed.

/// How many words the made-up language has.
const VOCABULARY: usize = 20_000;
/// So many bytes of values are made and then used in turn: more than a batch holds, so that none is compressed by its
/// own repetition.
const POOL_BYTES: usize = 16 << 20;

/// Values of one size, used in turn.
pub(crate) struct Pool {
    values: Vec<Vec<u8>>,
}

impl Pool {
    /// Values of as many bytes each. The same ones every time.
    pub(crate) fn new(bytes: usize) -> Self {
        let mut random = Random(bytes as u64 | 1);
        let vocabulary: Vec<String> = (0..VOCABULARY).map(|_| random.word()).collect();
        let text = |random: &mut Random| {
            let mut text = Vec::with_capacity(bytes + 16);
            while text.len() < bytes {
                text.extend_from_slice(vocabulary[random.rank()].as_bytes());
                text.push(b' ');
            }
            text.truncate(bytes);
            text
        };
        Self { values: (0..(POOL_BYTES / bytes).max(1)).map(|_| text(&mut random)).collect() }
    }

    /// The value of the record with this number.
    pub(crate) fn value(&self, number: usize) -> &[u8] {
        &self.values[number % self.values.len()]
    }
}

/// The key of the record with this number: 24 bytes.
pub(crate) fn key(number: usize) -> String {
    format!("news.example/{number:011}")
}

/// Xorshift: enough for words, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> usize {
        usize::try_from((self.next() >> 16) % bound).expect("below the bound")
    }

    fn word(&mut self) -> String {
        let letters = b"etaoinshrdlucmfwypvbgkqjxz";
        let length = 2 + self.below(6) + self.below(4);
        // The early letters come more often.
        (0..length).map(|_| char::from(letters[self.below(26).min(self.below(26))])).collect()
    }

    /// The rank of a word by Zipf's law: each one in proportion to one over its rank.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn rank(&mut self) -> usize {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (VOCABULARY as f64).powf(share) as usize;
        rank.min(VOCABULARY) - 1
    }
}
