//! The users of an installation on Kafka, and what each must be allowed.

use stream::kafka::{Acls, Settings};
use stream::topics::{ARTICLES, Catalogue, CatalogueSettings, DEAD_LETTERS, ENTRIES, FEEDS, PAGES, STORIES};

use crate::cli::StageName;
use crate::journal::{DEAD_LETTERS_ALONE, REPLAY_ALONE};

/// Columns of the script, without what says that a line goes on.
const WIDTH: usize = 110;

/// Each role, what it does, and its ACLs.
fn roles(settings: &Settings) -> Vec<(&'static str, String, Acls<'_>)> {
    let acls = || Acls::new(settings);
    let services = StageName::ALL.map(|stage| {
        let (name, input, state) = (stage.name(), stage.input(), stage.state());
        let runs = acls().run(name, input, state, stage.outputs());
        // At its start it brings in the lists of feeds.
        let allowed = if stage == StageName::Poller { runs.read(FEEDS).append(&[FEEDS]) } else { runs };
        (name, format!("khabar run --only {name}"), allowed)
    });
    let catalogue = Catalogue::khabar(&CatalogueSettings::default());
    let topics: Vec<&str> = catalogue.iter().map(|spec| spec.name.as_str()).collect();
    let deduper = StageName::Deduper;
    let replays = acls().read(PAGES).read(STORIES).append_alone(REPLAY_ALONE, &[STORIES, DEAD_LETTERS]);
    let replays = deduper.state().map_or(replays.clone(), |state| replays.watch(deduper.name(), state));
    let settled = [DEAD_LETTERS, ENTRIES, PAGES, STORIES];
    let settles = acls().read(DEAD_LETTERS).append_alone(DEAD_LETTERS_ALONE, &settled);
    let commands = [
        ("topics", "khabar topics create", acls().create(&topics)),
        ("feeds", "khabar feeds", acls().read(FEEDS).append(&[FEEDS])),
        ("articles", "khabar articles", acls().read(ARTICLES)),
        ("replay", "khabar replay", replays),
        ("dead-letters", "khabar dead-letters", settles),
    ];
    let commands = commands.map(|(name, does, allowed)| (name, does.to_owned(), allowed));
    services.into_iter().chain(commands).collect()
}

/// A script for a shell that allows each role what it needs. `{role}` in `principal` stands for the role's name.
pub fn script(settings: &Settings, principal: &str) -> String {
    let brokers = match settings.bootstrap_servers.as_str() {
        "" => "kafka:9092",
        brokers => brokers,
    };
    let mut script = format!(
        "allow() {{\n  kafka-acls.sh --bootstrap-server {} --command-config admin.properties \\\n    --add \
         --allow-principal \"$@\"\n}}\n",
        quoted(brokers)
    );
    for (role, does, acls) in roles(settings) {
        let principal = quoted(&principal.replace("{role}", role));
        script += &format!("\n# {does}\n");
        for arguments in acls.arguments() {
            script += &wrapped(format!("allow {principal}"), &arguments);
        }
    }
    script
}

/// The command line `begin` with these arguments, each option whole, on as many lines as it takes.
fn wrapped(begin: String, arguments: &str) -> String {
    let mut lines = vec![begin];
    for option in arguments.split("--").map(str::trim).filter(|option| !option.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.len() + option.len() + 3 <= WIDTH => *line += &format!(" --{option}"),
            _ => lines.push(format!("  --{option}")),
        }
    }
    lines.join(" \\\n") + "\n"
}

/// `word` as one word of a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:,/=@".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_shows_what_is_printed() {
        let guide = include_str!("../../../docs/kafka.md");
        let script = script(&Settings::default(), "User:khabar-{role}");
        assert!(guide.contains(&script), "docs/kafka.md should hold:\n{script}");
    }

    #[test]
    fn names_follow_the_configuration_and_are_quoted_for_the_shell() {
        let settings = Settings {
            bootstrap_servers: "one:9093,two:9093".to_owned(),
            prefix: "news.".to_owned(),
            ..Settings::default()
        };
        let script = script(&settings, "User:CN=khabar {role}, O=it's");
        assert!(script.contains("--bootstrap-server one:9093,two:9093 "), "{script}");
        assert!(script.contains(r"allow 'User:CN=khabar articles, O=it'\''s' --operation"), "{script}");
        assert!(script.contains("--topic news.articles\n") && !script.contains("khabar."), "{script}");
    }
}
