//! Changes of state, many in little memory.

/// Changes of state by the runner's keys, in the order in which they were made: many, in little memory.
#[derive(Default)]
pub(in crate::kafka) struct Changes {
    /// Keys and values, one after the other.
    bytes: Vec<u8>,
    /// Where each key begins, where its value does, and whether there is one: none deletes.
    places: Vec<(usize, usize, bool)>,
}

impl Changes {
    pub(in crate::kafka) fn push(&mut self, key: &[u8], value: Option<&[u8]>) {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(key);
        self.places.push((at, self.bytes.len(), value.is_some()));
        self.bytes.extend_from_slice(value.unwrap_or_default());
    }

    pub(in crate::kafka) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The bytes of keys and values, and what it takes to tell them apart.
    pub(in crate::kafka) fn weight_bytes(&self) -> usize {
        self.bytes.len() + self.places.len() * size_of::<(usize, usize, bool)>()
    }

    pub(in crate::kafka) fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let ends = self.places.iter().skip(1).map(|(next, ..)| *next).chain([self.bytes.len()]);
        self.places.iter().zip(ends).map(|(&(key, value, is_there), end)| {
            let value = (self.bytes.get(value..end).unwrap_or_default(), value);
            (self.bytes.get(key..value.1).unwrap_or_default(), is_there.then_some(value.0))
        })
    }

    /// The last change of each key, by key.
    pub(super) fn latest(&self) -> Vec<(&[u8], Option<&[u8]>)> {
        let mut changes: Vec<_> = self.iter().collect();
        // Stable: changes of one key stay in order.
        changes.sort_by_key(|(key, _)| *key);
        changes.reverse();
        changes.dedup_by_key(|(key, _)| *key);
        changes.reverse();
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_changes_of_a_key_the_last_one_counts() {
        let mut changes = Changes::default();
        let told = [("b", Some("1")), ("a", Some("")), ("b", None), ("c", Some("2")), ("a", Some("3"))];
        for (key, value) in told {
            changes.push(key.as_bytes(), value.map(str::as_bytes));
        }
        let text = |(key, value): (&[u8], Option<&[u8]>)| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (text(key), value.map(text))
        };
        let expected = [("a", Some("3")), ("b", None), ("c", Some("2"))];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
        assert_eq!(changes.latest().into_iter().map(text).collect::<Vec<_>>(), expected);
        assert_eq!(changes.iter().nth(1).map(text), Some(("a".into(), Some(String::new()))));
    }
}
