//! The known name nearest to a misspelt one.

/// The candidate that takes the fewest edits, if that is few enough to be meant.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let close = candidates.into_iter().map(|known| (edits(name, known), known)).min()?;
    (close.0 <= 2 + name.len() / 4).then_some(close.1)
}

/// Levenshtein's distance, row by row.
fn edits(a: &str, b: &str) -> usize {
    let to: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut row = vec![left];
        for (to, pair) in to.iter().zip(above.windows(2)) {
            let [diagonal, up] = pair else { continue };
            left = (diagonal + usize::from(from != *to)).min(up + 1).min(left + 1);
            row.push(left);
        }
        above = row;
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_far_away() {
        let known = ["bootstrap_servers", "client", "prefix"];
        assert_eq!(nearest("bootstrap_server", known), Some("bootstrap_servers"));
        assert_eq!(nearest("perfix", known), Some("prefix"));
        assert_eq!(nearest("retention", known), None);
        assert_eq!((edits("kitten", "sitting"), edits("", "ab"), edits("ab", "")), (3, 2, 2));
    }
}
