//! The attacks on a published map, over a simulated region.
