//! What hostile pages are filled with.

/// `part` again and again, up to `size` bytes.
pub(crate) fn fill(part: &str, size: usize) -> String {
    part.repeat(size / part.len() + 1)
}

/// `part` of 0, 1, 2 …, up to `size` bytes.
pub(crate) fn count(size: usize, part: impl Fn(&mut String, usize)) -> String {
    let mut out = String::with_capacity(size + 1024);
    let mut n = 0;
    while out.len() < size {
        part(&mut out, n);
        n += 1;
    }
    out
}

/// Different words of five letters.
pub(crate) fn word(out: &mut String, mut n: usize, first: char) {
    for _ in 0..5 {
        let letter = u32::try_from(n % 26).unwrap_or(0);
        out.extend(char::from_u32(u32::from(first) + letter));
        n /= 26;
    }
}

/// Different letters without end, always the same ones.
pub(crate) fn noise() -> impl Iterator<Item = u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    })
}
