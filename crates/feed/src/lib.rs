//! Reads RSS, RDF, Atom and JSON feeds, the broken ones too, and OPML lists. Pure.
