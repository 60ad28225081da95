//! Shows how a page was read: `explain FILE`.
#![allow(clippy::print_stdout)]

use split::{Limits, Source, explain};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: explain FILE")?;
    let bytes = std::fs::read(file)?;
    print!("{}", explain(&Source::new(&bytes), &Limits::default()));
    Ok(())
}
