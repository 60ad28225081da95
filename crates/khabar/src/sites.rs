//! The rules of single sites: a folder of TOML files, see [`split::Sites`].

mod watch;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use split::MAX_SITE_FILE_BYTES;

use crate::config::Sites as Settings;

pub use watch::Watched;

/// The files of the folder, name and text, sorted by name.
type Files = Vec<(String, String)>;

/// The rules in the folder; none where there is no folder.
///
/// # Errors
/// When a file can't be read or has a mistake, which is named with its line.
pub fn read(settings: &Settings) -> Result<split::Sites> {
    Ok(split::Sites::parse(files(settings)?)?)
}

fn files(settings: &Settings) -> Result<Files> {
    let dir = &settings.dir;
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let way_out = "make it readable, or name another in sites.dir";
            return Err(error).with_context(|| format!("the rules of sites in {}: {way_out}", dir.display()));
        }
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("the rules of sites in {}", dir.display()))?.path();
        if is_rules(&path) {
            paths.push(path);
        }
    }
    let (count, most) = (paths.len(), settings.max_files);
    ensure!(
        count <= most,
        "{} has {count} files of rules, more than sites.max_files ({most}): raise it, or name several hosts in \
         one file",
        dir.display()
    );
    paths.sort();
    paths.iter().map(|path| file(path)).collect()
}

/// Whether a file holds rules: `.toml`, and not one that an editor hides beside it.
fn is_rules(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    path.extension().is_some_and(|extension| extension == "toml") && !hidden
}

fn file(path: &Path) -> Result<(String, String)> {
    use std::io::Read;
    let name = path.display().to_string();
    let mut text = String::new();
    let opened = std::fs::File::open(path).with_context(|| format!("{name} can't be read"))?;
    // One byte more shows that it is too long; the parser says so.
    let mut bounded = opened.take(MAX_SITE_FILE_BYTES as u64 + 1);
    bounded.read_to_string(&mut text).with_context(|| format!("{name} can't be read: is it UTF-8 text?"))?;
    Ok((name, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(dir: &Path) -> Settings {
        Settings { dir: dir.to_owned(), max_files: 2, ..Settings::default() }
    }

    #[test]
    fn a_folder_is_read_and_a_missing_one_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        let rules = |host: &str| format!("hosts = \"{host}\"\nbody = \"p\"\n");
        write("b.toml", &rules("b.example"));
        write("a.toml", &rules("a.example"));
        write(".a.toml", "half writt");
        write("README.md", "Not rules.");
        let sites = read(&settings(dir.path())).unwrap();
        assert!(sites.len() == 2 && sites.of("a.example").is_some());
        assert!(read(&settings(&dir.path().join("lost"))).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let said = || {
            let error = format!("{:#}", read(&settings(dir.path())).unwrap_err());
            error.replace(&dir.path().display().to_string(), "DIR")
        };
        let write = |name: &str, text: &[u8]| std::fs::write(dir.path().join(name), text).unwrap();
        let mut all = Vec::new();
        write("a.toml", b"hosts = \"a.example\"\n\nbody = \"div >\"\n");
        all.push(said());
        write("a.toml", b"\xff\xfe");
        all.push(said());
        write("a.toml", &b"#".repeat(MAX_SITE_FILE_BYTES + 5));
        all.push(said());
        write("b.toml", b"");
        write("c.toml", b"");
        all.push(said());
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn the_shipped_example_is_sound() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/sites");
        let sites = read(&settings(Path::new(dir))).unwrap();
        assert!(sites.len() == 1 && sites.of("www.news.example").is_some());
    }
}
