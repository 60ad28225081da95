//! Stages without I/O and the runner that drives them over an embedded store or Kafka, exactly once.
