//! Serves the site until Enter is pressed the last time; each Enter puts out the next edition.
//!
//! ```text
//! cargo run -p demo-site --example serve
//! ```
#![allow(clippy::print_stdout, reason = "an example that a person runs and reads")]

use demo_site::{Error, Options, Site};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let options = Options::default();
    let editions = options.editions;
    let site = Site::start(options).await?;
    for feed in site.feeds() {
        println!("{feed}");
    }
    for _ in 0..editions {
        let expected = site.expected();
        println!(
            "\nedition {}: {} articles, {} duplicates, {} later revisions",
            site.edition(),
            expected.reports.len(),
            expected.duplicates(),
            expected.later_revisions()
        );
        for report in &expected.reports {
            for telling in &report.tellings {
                println!(
                    "{}\t{}/{}\t{}\t{}",
                    telling.page, telling.part, telling.parts, telling.lang, telling.title
                );
            }
        }
        println!("Enter goes on.");
        let line = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await;
        if !matches!(line, Ok(Ok(1..))) {
            break;
        }
        site.advance();
    }
    site.stop().await;
    Ok(())
}
