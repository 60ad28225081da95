//! Vectors that grow by half: what is reserved and never filled costs memory too.

/// Appends `item` to `items`.
pub(crate) fn push<T>(items: &mut Vec<T>, item: T) {
    if items.len() == items.capacity() {
        items.reserve_exact(items.len() / 2 + 16);
    }
    items.push(item);
}
