//! The messages: each function and struct in `ui/` is refused as the file beside it says.
//!
//! `TRYBUILD=overwrite` writes the messages anew; then read them. They are those of the repository's toolchain.

#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.compile_fail("ui/*/*.rs");
}
