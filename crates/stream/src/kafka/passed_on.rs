//! Settings that are passed on to librdkafka, secrets among them: those are never shown.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, Serializer};

use crate::fault::{Fault, FaultKind};

/// What stands for a secret where settings are shown.
const HIDDEN: &str = "(hidden)";

/// Settings of librdkafka by their names. Shown without the values of secrets, in whatever form.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct PassedOn(BTreeMap<String, String>);

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
            let value = std::fs::read_to_string(file).map_err(|error| refused(error.to_string()))?;
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

/// The files as they are found from `dir`.
pub(super) fn found_from(files: &mut BTreeMap<String, PathBuf>, dir: &Path) {
    files.values_mut().for_each(|file| *file = dir.join(&*file));
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
        let mut missing = BTreeMap::from([("sasl.password".to_owned(), PathBuf::from("nowhere"))]);
        found_from(&mut missing, dir.path());
        let missing = PassedOn::default().read(&missing).unwrap_err().to_string();
        assert!(missing.contains("sasl.password") && missing.contains("nowhere"), "{missing}");
    }
}
