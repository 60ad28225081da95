//! The stories that are told.

use model::{PageRef, Story};

use crate::text::Press;

/// Stories that are timed in a round.
pub(crate) const TIMED: u64 = 20_000;
/// How many of them are edited copies of earlier ones.
pub(crate) const COPIES: u64 = TIMED / 10;

/// The story of a number, alone on its page.
pub(crate) fn story(press: &Press, number: u64) -> Story {
    let url = format!("https://{}.example/{number}", number % 977);
    Story {
        page: PageRef { url: Some(url.clone()), part: 1, parts: 1 },
        url: Some(url),
        title: Some(press.headline(number)),
        text: press.text(number),
        ..Story::blank()
    }
}

/// Further stories for a round, with copies of some of the first `known`.
pub(crate) fn coming(press: &Press, round: u64, known: u64) -> Vec<Story> {
    let further = |number: u64| story(press, ((round + 1) << 40) + number);
    let copied = |number: u64| (round * COPIES + number / 10) * (known / (16 * COPIES)).max(1) % known;
    let one = |number: u64| match number % 10 {
        0 => Story { text: press.edited(copied(number)), ..further(number) },
        _ => further(number),
    };
    (0..TIMED).map(one).collect()
}
