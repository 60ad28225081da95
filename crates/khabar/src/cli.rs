//! The command line.

mod stage_name;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use stage_name::StageName;

/// A streaming news-ingestion pipeline: feeds in, clean articles out, each exactly once.
#[derive(Debug, Parser)]
#[command(name = "khabar", version, about, after_help = "Begin with:\n  khabar demo")]
pub struct Cli {
    /// The configuration file [default: config/khabar.toml, if it is there]
    #[arg(long, short, global = true, env = "KHABAR_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the services: all in one process, or the named ones
    #[command(after_help = "Examples:\n  khabar run\n  khabar run --config news.toml\n  \
        KHABAR_KAFKA__BOOTSTRAP_SERVERS=kafka:9092 khabar run --only fetcher")]
    Run(RunArgs),
    /// Run the real services on a small site of news on this machine, and show what comes out
    #[command(after_help = "Examples:\n  khabar demo\n  khabar demo --keep-running-seconds 600")]
    Demo(DemoArgs),
    /// Split pages into stories, without a network: one story a line
    #[command(after_help = "Examples:\n  khabar split page.html --url https://news.example/today\n  \
        khabar split --manifest pages.jsonl > stories.ndjson\n  khabar split --format text page.txt.gz\n  khabar split --explain page.html")]
    Split(SplitArgs),
    /// Read a feed, from a file or a URL, and print it as JSON
    #[command(after_help = "Examples:\n  khabar feed feed.xml\n  khabar feed https://news.example/rss")]
    Feed(FeedArgs),
    /// Say which of these stories tell one told before: one verdict a line
    #[command(
        after_help = "Examples:\n  khabar dedup stories.ndjson\n  khabar split *.html | khabar dedup -"
    )]
    Dedup(DedupArgs),
    /// The list of feeds
    #[command(subcommand)]
    Feeds(FeedsCommand),
    /// Read the published articles
    #[command(after_help = "Examples:\n  khabar articles --limit 10\n  \
        khabar articles --follow --format ndjson | jq .title\n  khabar articles --from 0:120,3:88")]
    Articles(ArticlesArgs),
    /// What could not be handled, and what to do about it
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
    /// Handle kept pages or stories again, with the rules and the splitter of now
    #[command(after_help = "Examples:\n  khabar replay --from pages --dry-run\n  \
        khabar replay --from pages --since 2026-11-20T00:00:00Z\n  khabar replay --from stories")]
    Replay(ReplayArgs),
    /// Print the JSON Schema of a kind of record, or the kinds there are
    #[command(after_help = "Examples:\n  khabar schema\n  khabar schema article")]
    Schema(SchemaArgs),
    /// The topics on Kafka
    #[command(subcommand)]
    Topics(TopicsCommand),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Ask a running service whether it is ready: for health checks
    #[command(after_help = "Examples:\n  khabar health\n  khabar health --listen 127.0.0.1:7071")]
    Health(HealthArgs),
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// Run only these services, with commas between (needs Kafka)
    #[arg(long, value_delimiter = ',', value_name = "STAGES")]
    pub only: Vec<StageName>,
    /// Address of metrics, health and status, in place of `http.listen`
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Data directory, in place of `store.dir`
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Serve metrics here meanwhile [default: any free port]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Keep site and services running this long after the last article
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub keep_running_seconds: u64,
}

#[derive(Debug, Args)]
pub struct SplitArgs {
    /// Pages: HTML or text, also gzipped; `-` is standard input
    #[arg(required_unless_present = "manifest", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A list of pages, a JSON object a line: `id`, `file` (relative to the list), `url`, `fetched_at`
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    pub manifest: Option<PathBuf>,
    /// Where the page was found
    #[arg(long, conflicts_with = "manifest")]
    pub url: Option<String>,
    /// When the page was fetched, such as 2024-05-03T12:00:00Z: what "2 hours ago" counts from
    #[arg(long, value_name = "TIME", conflicts_with = "manifest")]
    pub fetched_at: Option<jiff::Timestamp>,
    /// How stories are printed
    #[arg(long, value_enum, default_value_t = SplitFormat::Ndjson)]
    pub format: SplitFormat,
    /// Instead of stories, tell why each opens and what became of each block of the page
    #[arg(long, conflicts_with = "format")]
    pub explain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitFormat {
    /// One JSON object a line.
    Ndjson,
    /// For reading.
    Text,
}

#[derive(Debug, Args)]
pub struct FeedArgs {
    /// A file, `-` for standard input, or a URL
    #[arg(value_name = "FILE|URL")]
    pub source: String,
}

#[derive(Debug, Args)]
pub struct DedupArgs {
    /// Stories, a JSON object a line: `id`, `url`, `title`, `text`, `published_at`; `-` is standard input
    pub file: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum FeedsCommand {
    /// Add feeds, or change how they are polled
    #[command(after_help = "Examples:\n  khabar feeds add https://news.example/rss\n  \
        khabar feeds add https://news.example/rss --title News --poll-interval-seconds 300")]
    Add {
        /// The feeds' addresses
        #[arg(required = true, value_name = "URL")]
        urls: Vec<String>,
        /// What to call the feed
        #[arg(long)]
        title: Option<String>,
        /// Seconds between two polls of it
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
        poll_interval_seconds: Option<u64>,
    },
    /// List the feeds
    #[command(after_help = "Examples:\n  khabar feeds list\n  khabar feeds list --format ndjson | jq .url")]
    List {
        /// How feeds are printed
        #[arg(long, value_enum, default_value_t = TableFormat::Table)]
        format: TableFormat,
    },
    /// Remove feeds, by URL or id
    #[command(after_help = "Examples:\n  khabar feeds remove https://news.example/rss")]
    Remove {
        /// URLs or ids
        #[arg(required = true, value_name = "URL|ID")]
        feeds: Vec<String>,
    },
    /// Bring in what the configuration's lists have gained and changed
    #[command(after_help = "Examples:\n  khabar feeds sync\n  khabar feeds sync --prune")]
    Sync {
        /// Also remove feeds that came from a list and are no longer in any
        #[arg(long)]
        prune: bool,
    },
    /// Add the feeds of an OPML file, or of a text file with a URL a line
    #[command(after_help = "Examples:\n  khabar feeds import subscriptions.opml")]
    Import {
        /// The file; `-` is standard input
        file: PathBuf,
    },
    /// Print the feeds as OPML
    #[command(after_help = "Examples:\n  khabar feeds export > feeds.opml")]
    Export,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// One JSON object a line.
    Ndjson,
    /// For reading.
    Table,
}

#[derive(Debug, Args)]
pub struct ArticlesArgs {
    /// Wait for further articles
    #[arg(long, short)]
    pub follow: bool,
    /// Where to begin: a cursor as an earlier run printed it [default: the oldest]
    #[arg(long, value_name = "CURSOR")]
    pub from: Option<stream::backend::Cursor>,
    /// Stop after this many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// How articles are printed
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// List dead letters, the newest last
    #[command(after_help = "Examples:\n  khabar dead-letters list\n  \
        khabar dead-letters list --stage fetcher --reason http_404 --limit 20\n  \
        khabar dead-letters list --format ndjson | jq .message")]
    List {
        #[command(flatten)]
        which: LetterFilter,
        /// Show no more than the newest so many
        #[arg(long, value_name = "N", default_value_t = 1000)]
        limit: usize,
        /// How they are printed
        #[arg(long, value_enum, default_value_t = TableFormat::Table)]
        format: TableFormat,
    },
    /// Show one dead letter: where it came from, why it is here, and its value
    #[command(after_help = "Examples:\n  khabar dead-letters show entries/3/117\n  \
        khabar dead-letters show entries/3/117 --value > entry.json")]
    Show {
        /// Its key, as `list` prints it
        key: String,
        /// Only the value, byte for byte
        #[arg(long)]
        value: bool,
    },
    /// Send dead letters to their stages again, and take them out of here
    #[command(after_help = "Examples:\n  khabar dead-letters retry entries/3/117\n  \
        khabar dead-letters retry --stage fetcher --reason http_503\n  khabar dead-letters retry --all")]
    Retry(LetterChoice),
    /// Take dead letters out of here for good
    #[command(after_help = "Examples:\n  khabar dead-letters drop entries/3/117\n  \
        khabar dead-letters drop --reason http_404")]
    Drop(LetterChoice),
}

/// Which dead letters.
#[derive(Debug, Default, Args)]
pub struct LetterFilter {
    /// Of this stage
    #[arg(long)]
    pub stage: Option<String>,
    /// That came from this topic
    #[arg(long)]
    pub topic: Option<String>,
    /// For this reason, such as http_404
    #[arg(long)]
    pub reason: Option<String>,
    /// Put aside at or after this time, such as 2024-05-03T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<jiff::Timestamp>,
}

/// Which dead letters, where choosing none must not mean all.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("choice").required(true).multiple(true)
    .args(["keys", "all", "stage", "topic", "reason", "since"]))]
pub struct LetterChoice {
    /// Their keys, as `list` prints them
    #[arg(value_name = "KEY", conflicts_with_all = ["all", "stage", "topic", "reason", "since"])]
    pub keys: Vec<String>,
    #[command(flatten)]
    pub which: LetterFilter,
    /// All there are
    #[arg(long, conflicts_with_all = ["stage", "topic", "reason", "since"])]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// What is handled again
    #[arg(long, value_enum)]
    pub from: ReplayFrom,
    /// Only what was fetched at or after this time, such as 2026-11-20T00:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<jiff::Timestamp>,
    /// Only what was fetched before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<jiff::Timestamp>,
    /// Write nothing: print what would be published
    #[arg(long)]
    pub dry_run: bool,
}

/// What is handled again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReplayFrom {
    /// Pages are split again: articles are revised, added and withdrawn.
    Pages,
    /// Stories are recognised again.
    Stories,
}

#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Where the service listens, in place of `http.listen`
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
}

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The kind: feed, entry, story, article, duplicate or recount
    pub name: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum TopicsCommand {
    /// Make the topics that are missing; harmless when they are there
    #[command(after_help = "Examples:\n  \
        KHABAR_KAFKA__BOOTSTRAP_SERVERS=kafka:9092 khabar topics create")]
    Create,
    /// Print what each user must be allowed on the brokers, and no more: lines for kafka-acls.sh
    #[command(after_help = "Examples:\n  khabar topics acls > acls.sh\n  \
        khabar topics acls --principal 'User:CN={role}'\n  khabar topics acls --principal User:khabar")]
    Acls(AclsArgs),
}

#[derive(Debug, Args)]
pub struct AclsArgs {
    /// Who each user is to the brokers; one for all where it is without {role}
    #[arg(long, value_name = "PRINCIPAL", default_value = "User:khabar-{role}")]
    pub principal: String,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Check the configuration, and say what it would run on
    #[command(
        after_help = "Examples:\n  khabar config check\n  khabar config check --config news.toml --show"
    )]
    Check {
        /// Print every setting as it stands
        #[arg(long)]
        show: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
