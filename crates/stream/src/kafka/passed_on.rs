//! Settings that are passed on to librdkafka, secrets among them: those are never shown.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};

use crate::fault::{Fault, FaultKind};

/// What stands for a secret where settings are shown.
const HIDDEN: &str = "(hidden)";

/// Settings of librdkafka by their names. Shown without the values of secrets, in whatever form.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Given<BTreeMap<String, Given<String>>>")]
pub struct PassedOn(BTreeMap<String, String>);

/// What is expected, or anything else. That is not kept: an error would show it, and it may be a secret.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given<T> {
    Expected(T),
    Other(IgnoredAny),
}

impl TryFrom<Given<BTreeMap<String, Given<String>>>> for PassedOn {
    type Error = String;

    fn try_from(given: Given<BTreeMap<String, Given<String>>>) -> Result<Self, String> {
        let Given::Expected(given) = given else {
            return Err("a table is expected, such as {\"sasl.username\" = \"khabar\"}".to_owned());
        };
        let text = |(name, value)| match value {
            Given::Expected(value) => Ok((name, value)),
            Given::Other(_) => Err(format!("\"{name}\" must be text: put its value in quotes")),
        };
        given.into_iter().map(text).collect::<Result<_, _>>().map(Self)
    }
}

impl PassedOn {
    /// Sets the setting `name`.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Names and values, secrets too.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Adds what stands in `files`, without line ends behind it.
    ///
    /// # Errors
    /// [`FaultKind::Misconfigured`] when a file can't be read, or a setting is given twice.
    pub(super) fn read(&mut self, files: &BTreeMap<String, PathBuf>) -> Result<(), Fault> {
        for (name, file) in files {
            let refused = |why: String| {
                let message = format!("[kafka.client_files] {name} = {:?}: {why}", file.display());
                Fault::new(FaultKind::Misconfigured, message)
            };
            let unread =
                |error: std::io::Error| refused(format!("{error}: name a file of text that khabar may read"));
            let value = std::fs::read_to_string(file).map_err(unread)?;
            let value = value.trim_end_matches(['\r', '\n']).to_owned();
            if self.0.insert(name.clone(), value).is_some() {
                return Err(refused("it is in [kafka.client] too".to_owned()));
            }
        }
        Ok(())
    }

    fn shown(&self) -> BTreeMap<&str, &str> {
        self.iter().map(|(name, value)| (name, shown(name, value))).collect()
    }
}

/// A setting's value as it may be shown.
fn shown<'a>(name: &str, value: &'a str) -> &'a str {
    let is_secret = ["password", "secret", "key.pem", "token", "oauthbearer.config", "assertion"]
        .iter()
        .any(|secret| name.to_ascii_lowercase().contains(secret));
    if is_secret { HIDDEN } else { value }
}

impl<const N: usize> From<[(&str, &str); N]> for PassedOn {
    fn from(settings: [(&str, &str); N]) -> Self {
        Self(settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl fmt::Debug for PassedOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().fmt(f)
    }
}

impl Serialize for PassedOn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_shown() {
        let settings = PassedOn::from([
            ("sasl.password", "open sesame"),
            ("sasl.username", "khabar"),
            ("ssl.key.pem", "open sesame"),
            ("ssl.keystore.password", "open sesame"),
            ("sasl.oauthbearer.client.secret", "open sesame"),
        ]);
        let debug = format!("{settings:?}");
        let json = serde_json::to_string(&settings).unwrap();
        for shown in [debug, json] {
            assert!(shown.contains("khabar") && shown.contains(HIDDEN), "{shown}");
            assert!(!shown.contains("sesame"), "{shown}");
        }
    }

    #[test]
    fn a_secret_that_is_no_text_is_refused_and_not_shown() {
        for (given, way_out) in [(r#"{"sasl.password": 987654}"#, "in quotes"), (r#""=987654""#, "a table")] {
            let refused = serde_json::from_str::<PassedOn>(given).unwrap_err().to_string();
            assert!(refused.contains(way_out) && !refused.contains("987654"), "{refused}");
        }
    }

    #[test]
    fn a_secret_comes_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("password");
        std::fs::write(&file, "open sesame\n").unwrap();
        let files = BTreeMap::from([("sasl.password".to_owned(), file)]);
        let mut settings = PassedOn::default();
        settings.read(&files).unwrap();
        assert_eq!(settings, PassedOn::from([("sasl.password", "open sesame")]));

        let twice = settings.read(&files).unwrap_err().to_string();
        assert!(twice.contains("in [kafka.client] too") && !twice.contains("sesame"), "{twice}");
        let missing = BTreeMap::from([("sasl.password".to_owned(), dir.path().join("nowhere"))]);
        let missing = PassedOn::default().read(&missing).unwrap_err().to_string();
        assert!(missing.contains("sasl.password") && missing.contains("nowhere"), "{missing}");
    }
}
