//! A small examination with a fixed seed, as a test: any mismatch fails it. The long ones are run by hand or
//! by night, see the documentation of the package.

use std::io;

use chainrule_examiner::{Feature, Features, Options, examine};

#[test]
fn random_programs_agree_with_the_oracle() {
    let options = Options { programs: 240, batch: 240, workbench: "test".to_owned(), ..Options::default() };
    let summary = examine(&options, &mut io::stdout()).expect("the batches can be compiled");
    println!("{summary}");
    assert!(summary.is_clean(), "{summary}");
    assert!(summary.skipped() < 0.1, "too little was examined: {summary}");
}

#[test]
fn random_loops_agree_with_the_oracle() {
    let features = [Feature::Calls, Feature::Structs].into_iter().fold(Features::all(), Features::without);
    let features = features.everywhere(Feature::Rolled);
    let workbench = "test-loops".to_owned();
    let options = Options { programs: 80, batch: 80, features, workbench, ..Options::default() };
    let summary = examine(&options, &mut io::stdout()).expect("the batches can be compiled");
    println!("{summary}");
    assert!(summary.is_clean(), "{summary}");
    assert!(summary.refusals * 10 < summary.programs, "too much is refused: {summary}");
}
