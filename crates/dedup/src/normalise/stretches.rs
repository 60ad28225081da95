//! Stretches of ASCII: they are looked at many bytes at a time.

/// A text's stretches of ASCII, and those of other characters between them.
pub(super) fn stretches(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_ascii = rest.bytes().next()?.is_ascii();
        let end = match rest.is_ascii() {
            true => rest.len(),
            false => rest.bytes().position(|byte| byte.is_ascii() != is_ascii).unwrap_or(rest.len()),
        };
        let (stretch, behind) = rest.split_at_checked(end)?;
        rest = behind;
        Some(stretch)
    })
}
