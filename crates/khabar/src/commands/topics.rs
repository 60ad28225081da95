//! `khabar topics`: the topics on Kafka, and who may use them.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, ensure};
use stream::kafka::Cluster;
use stream::topics::Catalogue;

use crate::cli::AclsArgs;
use crate::config::Loaded;
use crate::output::stdout;

pub(super) fn create(file: Option<&Path>) -> Result<()> {
    let Loaded { config, .. } = super::quiet_configuration(file)?;
    ensure!(
        config.uses_kafka(),
        "there are topics to create on Kafka only: set kafka.bootstrap_servers or \
         KHABAR_KAFKA__BOOTSTRAP_SERVERS; the embedded store makes its own"
    );
    let catalogue = Catalogue::khabar(&config.topics);
    Cluster::new(config.kafka.clone(), catalogue.clone())?.create_topics()?;
    let mut out = stdout();
    for spec in catalogue.iter() {
        writeln!(out, "{}{}  {} partitions", config.kafka.prefix, spec.name, spec.partitions)?;
    }
    Ok(out.flush()?)
}

pub(super) fn acls(file: Option<&Path>, args: &AclsArgs) -> Result<()> {
    let Loaded { config, .. } = super::quiet_configuration(file)?;
    let mut out = stdout();
    out.write_all(crate::acls::script(&config.kafka, &args.principal).as_bytes())?;
    Ok(out.flush()?)
}
