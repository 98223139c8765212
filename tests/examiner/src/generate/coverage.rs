//! The generator uses all of the language that it knows.

use super::program;
use crate::ast::{Program, Ty};
use crate::features::{Feature, Features, Scalar};

#[test]
fn every_form_of_arrays_and_loops_is_written() {
    let mut missing = Vec::from([
        "for mut ",
        "for &",
        "for (",
        " in 0..",
        "..=",
        " in &",
        ".len() {",
        "'outer: for ",
        "while ",
        "loop {",
        "break;",
        "break '",
        "continue;",
        "continue '",
        ".iter()",
        ".copied()",
        ".into_iter()",
        ".iter_mut()",
        ".rev()",
        ".step_by(2)",
        ".skip(1)",
        ".take(2)",
        ".enumerate()",
        ".zip(",
        ".windows(",
        ".chunks_exact(",
        ".map(|",
        "core::array::from_fn(|",
        "core::array::from_fn::<_, ",
        ".sum()",
        ".sum::<f64>()",
        ".product::<f64>()",
        ".fold(",
        "f64::max)",
        "f64::min)",
        ".all(|",
        ".any(|",
        ".swap(",
        "[..,",
        ", ..]",
        "; 3]",
        "as usize]",
        "= &x[",
        "&[f64; ",
        "[[f64; ",
        "([f64; ",
        "mut x: [",
        " *",
        ".fill(",
        ".reverse()",
        ".chain(",
        ".flatten()",
        ".filter(|&",
        ".zip(0..)",
        "const WEIGHTS: [f64; ",
        "order: [usize; 3]",
        "[order[",
    ]);
    for index in 0..4000 {
        if missing.is_empty() {
            break;
        }
        let features = Features::all().everywhere(Feature::Arrays);
        let (program, _) = program(3, index, features, Scalar::F64);
        let text = crate::print::program(&program, false);
        missing.retain(|form| !text.contains(form));
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn results_have_every_shape() {
    let all: Vec<Program> = (0..300)
        .map(|index| program(4, index, Features::all().everywhere(Feature::Modes), Scalar::F64).0)
        .collect();
    let any = |shape: fn(&Ty) -> bool| all.iter().any(|program| shape(&program.result));
    assert!(all.iter().all(|program| program.modes));
    assert!(any(|ty| *ty == Ty::Real));
    assert!(any(|ty| matches!(ty, Ty::Tuple(_))));
    assert!(any(|ty| matches!(ty, Ty::Array(element, _) if **element == Ty::Real)));
    assert!(any(|ty| matches!(ty, Ty::Array(element, _) if **element != Ty::Real)));
}
