//! The functions that are the crate's own against references of 32 digits, in units in the last place.
//!
//! `references/special.py` draws the arguments over the whole domain of each function, tails, ends and subnormal
//! results included, and writes the references with mpmath. `f32` is held against the rounded `f64` function.
//!
//! A budget is the worst error over 10,000 points per function, with std or with libm, and about a third more. The
//! floor is set by what the functions are made of: exp, ln and the like are good to a unit each, every operation
//! adds a half. Larger budgets have a reason: the slopes of tanh and sigmoid magnify the last digit of their
//! argument up to nine times before they change over to an exponential, `powi_slope` inherits the rounding of
//! `powi`, and recurrences and powers of a high order collect the rounding of each step.

#![cfg(any(feature = "std", feature = "libm"))]

use chainrule::{Real, math};

/// A line of the references.
struct Reference {
    x: f64,
    /// The second argument, as a real and as an integer.
    p: f64,
    n: i32,
    value: f64,
    /// The size in whose last place the error is counted.
    scale: f64,
}

fn table() -> String {
    match std::env::var("SPECIAL_TSV") {
        Ok(path) => std::fs::read_to_string(path).expect("SPECIAL_TSV names a file"),
        Err(_) => include_str!("references/special.tsv").to_owned(),
    }
}

fn references(table: &str, function: &str) -> Vec<Reference> {
    let number = |text: &str| text.parse::<f64>().expect("a number");
    table
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|fields| fields[0] == function)
        .map(|fields| Reference {
            x: number(fields[1]),
            p: fields[2].parse().unwrap_or(f64::NAN),
            n: fields[2].parse().unwrap_or(0),
            value: number(fields[3]),
            scale: number(fields[4]),
        })
        .collect()
}

/// |got - expected| in units in the last place of `scale`, for the type with this precision and least exponent.
fn ulps(got: f64, expected: f64, scale: f64, bits: i32, least: i32) -> f64 {
    if got == expected || (got.is_nan() && expected.is_nan()) {
        return 0.0;
    }
    let mut exponent = least;
    while exponent < 1023 && 2f64.powi(exponent + 1) <= scale {
        exponent += 1;
    }
    // In two factors, for 2^-1074 as the reciprocal of a power would be 0.
    let error = (got - expected) / (2f64.powi(exponent) * 2f64.powi(1 - bits));
    if error.is_nan() { f64::INFINITY } else { error.abs() }
}

/// The worst error over the references and where it is.
fn worst(errors: impl Iterator<Item = (f64, String)>) -> (f64, String) {
    errors.fold((0.0, String::new()), |worst, next| if next.0 > worst.0 { next } else { worst })
}

fn check(
    function: &str,
    double: fn(f64, f64, i32) -> f64,
    single: fn(f32, f32, i32) -> f32,
    budget: [f64; 2],
) {
    let table = table();
    let references = references(&table, function);
    assert!(!references.is_empty(), "no references for {function}");

    let (error, place) = worst(references.iter().map(|r| {
        let got = double(r.x, r.p, r.n);
        (ulps(got, r.value, r.scale, 53, -1022), format!("{:e}, {}: {got:e} is not {:e}", r.x, r.p, r.value))
    }));
    println!("{function} f64 {error:.2} ulp at {place}");
    assert!(error <= budget[0], "{function} misses by {error:.2} ulp at {place}");

    #[allow(clippy::cast_possible_truncation)]
    let (error, place) = worst(references.iter().map(|r| {
        let (x, p) = (r.x as f32, r.p as f32);
        let got = single(x, p, r.n);
        let exact = double(x.into(), p.into(), r.n);
        // Where the argument's rounding moved a value far below the scale of its terms, the scale still stands.
        let scale = if r.scale > r.value.abs() * 1.001 { r.scale.max(exact.abs()) } else { exact.abs() };
        let error = ulps(got.into(), (exact as f32).into(), scale, 24, -126);
        (error, format!("{x:e}, {p}, {}: {got:e} is not {exact:e}", r.n))
    }));
    println!("{function} f32 {error:.2} ulp at {place}");
    assert!(error <= budget[1], "{function} of f32 misses by {error:.2} ulp at {place}");
}

macro_rules! functions {
    ($($name:ident($x:ident, $p:ident, $n:ident) = $value:expr, $double:literal, $single:literal;)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        $(#[test]
        fn $name() {
            #[allow(unused_variables)]
            fn value<T: Real>($x: T, $p: T, $n: i32) -> T {
                $value
            }
            check(stringify!($name), value::<f64>, value::<f32>, [$double, $single]);
        })*
    };
}

// Name and arguments, value, budgets for `f64` and `f32`.
functions! {
    sigmoid(x, p, n) = math::sigmoid(x), 3.0, 3.0;
    softplus(x, p, n) = math::softplus(x), 2.0, 2.0;
    logit(x, p, n) = math::logit(x), 4.0, 4.0;
    elu(x, p, n) = math::elu(x, p), 2.0, 2.0;
    silu(x, p, n) = math::silu(x), 4.0, 3.0;
    gelu(x, p, n) = math::gelu(x), 4.0, 4.0;
    gaussian(x, p, n) = math::gaussian(x), 2.0, 2.0;
    erf(x, p, n) = math::erf(x), 2.0, 2.0;
    erfc(x, p, n) = math::erfc(x), 3.0, 4.0;
    normal_pdf(x, p, n) = math::normal_pdf(x), 4.0, 3.0;
    normal_cdf(x, p, n) = math::normal_cdf(x), 4.0, 4.0;
    ln_gamma(x, p, n) = math::ln_gamma(x), 3.0, 3.0;
    ln_gamma_reflected(x, p, n) = math::ln_gamma(x), 6.0, 6.0;
    digamma(x, p, n) = math::digamma(x), 3.0, 3.0;
    digamma_reflected(x, p, n) = math::digamma(x), 4.0, 4.0;
    polygamma(x, p, n) = math::polygamma(x, n), 8.0, 8.0;
    polygamma_reflected(x, p, n) = math::polygamma(x, n), 9.0, 9.0;
    polygamma_high(x, p, n) = math::polygamma(x, n), 15.0, 30.0;
    sinc(x, p, n) = math::sinc(x), 2.0, 2.0;
    spherical_bessel(x, p, n) = math::spherical_bessel(x, n), 13.0, 12.0;
    spherical_bessel_high(x, p, n) = math::spherical_bessel(x, n), 100.0, 90.0;
    tanh_slope(x, p, n) = math::tanh_slope(x, math::tanh(x)), 8.0, 8.0;
    sigmoid_slope(x, p, n) = math::sigmoid_slope(x, math::sigmoid(x)), 10.0, 9.0;
    powf_slope(x, p, n) = math::powf_slope(x, p, math::powf(x, p)), 3.0, 3.0;
    powf_exponent_slope(x, p, n) = math::powf_exponent_slope(x, p, math::powf(x, p)), 3.0, 3.0;
    powi_slope(x, p, n) = math::powi_slope(x, n), 9.0, 9.0;
}

#[test]
fn every_reference_is_tested() {
    let table = table();
    for line in table.lines() {
        let name = line.split('\t').next().unwrap_or_default();
        assert!(NAMES.contains(&name), "nothing tests the references of {name}");
    }
}
