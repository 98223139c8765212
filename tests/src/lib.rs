//! Tests of the workspace; everything is in `tests/`, but for the README, whose code runs from here.

/// The README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
