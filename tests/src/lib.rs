//! Tests of the workspace; everything is in `tests/`.
