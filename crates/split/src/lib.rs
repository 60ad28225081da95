//! Takes a page apart into the stories it holds. Pure: bytes in, stories out.
