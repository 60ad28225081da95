//! Prints the title of every article on Kafka and goes on with what comes: `consume BROKERS [TOPIC]`.
#![allow(clippy::print_stdout)]

use anyhow::{Context, Result};
use model::Article;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::message::Message;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let brokers = arguments.next().context("the brokers, `host:port`, are the first argument")?;
    let topic = arguments.next().unwrap_or_else(|| "khabar.articles".to_owned());
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "titles")
        .set("auto.offset.reset", "earliest")
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[&topic])?;
    for record in &consumer {
        let record = record?;
        match record.payload() {
            Some(value) => {
                let article: Article = serde_json::from_slice(value)?;
                let title = article.story.title.as_deref().unwrap_or("(no title)");
                println!("{} {} {title}", article.id, article.revision);
            }
            None => println!("{} is gone", String::from_utf8_lossy(record.key().unwrap_or_default())),
        }
        // Once it is dealt with.
        consumer.commit_message(&record, CommitMode::Async)?;
    }
    Ok(())
}
