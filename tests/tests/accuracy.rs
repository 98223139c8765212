//! How far each rule's partials may be from the exact ones, in units in the last place.
//!
//! `references/rules.tsv` holds the exact partials of every function of one or two reals, over its whole
//! domain with the ends; `python3 tests/references/rules.py` writes it anew. The table below holds every
//! function and its budget.

#![allow(clippy::imprecise_flops, clippy::manual_midpoint, reason = "what is written is what is tested")]

#[path = "formulas/call.rs"]
mod call;

use std::collections::BTreeSet;

use call::{Call, Gradient};

type GradientOfList = Box<dyn Fn(&[f64]) -> Vec<f64>>;

/// A function in one of the scalar types, and what its partials may miss.
struct Rule {
    name: &'static str,
    scalar: Precision,
    gradient: GradientOfList,
    /// In units in the last place, one per partial.
    budgets: &'static [f64],
    /// Near a zero of the partial, the size that its error is relative to. Zero where there is no such point.
    scale: fn(f64) -> f64,
}

#[derive(Clone, Copy, PartialEq)]
struct Precision {
    name: &'static str,
    /// Exponents of the smallest normal and of the spacing at one.
    smallest_normal: i32,
    epsilon: i32,
}

const DOUBLE: Precision = Precision { name: "f64", smallest_normal: -1022, epsilon: -52 };
const SINGLE: Precision = Precision { name: "f32", smallest_normal: -126, epsilon: -23 };

impl Precision {
    /// The spacing of this type's numbers at `number`, which a subnormal has from the smallest normal.
    fn spacing(self, number: f64) -> f64 {
        let exponent = if number == 0.0 { i32::MIN } else { exponent(number) };
        power_of_two(exponent.max(self.smallest_normal) + self.epsilon)
    }
}

fn exponent(number: f64) -> i32 {
    let biased = (number.to_bits() >> 52 & 0x7ff) as i32;
    biased - 1023
}

/// Exact also where the result is subnormal, unlike `powi`.
fn power_of_two(exponent: i32) -> f64 {
    if exponent < -1022 {
        f64::from_bits(1 << (exponent + 1074))
    } else {
        f64::from_bits(u64::from((exponent + 1023).unsigned_abs()) << 52)
    }
}

/// `name(reals; integer) { body } [budgets] scale`, for `f64` and `f32` alike.
macro_rules! rules {
    ($($name:ident $parameters:tt $body:tt [$($budget:literal),+]
        $(scale $scale:expr)?;)+) => {
        $(mod $name {
            pub(super) mod double {
                rules!(@function f64 $parameters $body);
            }
            pub(super) mod single {
                rules!(@function f32 $parameters $body);
            }
        })+

        fn rules() -> Vec<Rule> {
            vec![$(
                Rule {
                    name: stringify!($name),
                    scalar: DOUBLE,
                    gradient: gradient($name::double::f_grad),
                    budgets: &[$($budget),+],
                    scale: rules!(@scale $($scale)?),
                },
                Rule {
                    name: stringify!($name),
                    scalar: SINGLE,
                    gradient: gradient($name::single::f_grad),
                    budgets: &[$($budget),+],
                    scale: rules!(@scale $($scale)?),
                },
            )+]
        }
    };
    (@function $scalar:ident ($($real:ident),+ $(; $integer:ident)?) $body:tt) => {
        // The parameters and the body come through as plain tokens, as a user would have written them.
        #[chainrule::grad]
        #[allow(dead_code, reason = "only the gradient is tested")]
        pub(crate) fn f($($real: $scalar),+ $(, $integer: i32)?) -> $scalar $body
    };
    (@scale) => { |_| 0.0 };
    (@scale $scale:expr) => { $scale };
}

fn gradient<Arguments, G: Gradient>(function: impl Call<Arguments, Output = G> + 'static) -> GradientOfList {
    Box::new(move |arguments| function.call(arguments).flatten())
}

// Half a unit is a correctly rounded result; what the functions of std and libm give is about one. Four is
// the aim.
rules! {
    add(x, y) { x + y } [0.0, 0.0];
    sub(x, y) { x - y } [0.0, 0.0];
    mul(x, y) { x * y } [0.0, 0.0];
    div(x, y) { x / y } [0.5, 2.0];
    // The quotient is formed again from the remainder, by one subtraction and one division.
    rem(x, y) { x % y } [0.0, 1.0];
    neg(x) { -x } [0.0];

    exp(x) { x.exp() } [1.0];
    exp2(x) { x.exp2() } [2.0];
    exp_m1(x) { x.exp_m1() } [1.0];
    ln(x) { x.ln() } [0.5];
    ln_1p(x) { x.ln_1p() } [1.5];
    log2(x) { x.log2() } [1.5];
    log10(x) { x.log10() } [1.5];
    log(x, base) { x.log(base) } [2.0, 4.0];
    // Up to eleven multiplications of the compiler's runtime, whose errors add up.
    powi(x; n) { x.powi(n) } [6.0];
    powf(x, p) { x.powf(p) } [4.0, 4.0];
    sqrt(x) { x.sqrt() } [1.5];
    cbrt(x) { x.cbrt() } [4.0];
    hypot(x, y) { x.hypot(y) } [2.0, 2.0];
    recip(x) { x.recip() } [2.0];

    sin(x) { x.sin() } [1.0];
    cos(x) { x.cos() } [1.0];
    tan(x) { x.tan() } [4.0];
    sine_of_pair(x) { let (s, _) = x.sin_cos(); s } [1.0];
    cosine_of_pair(x) { let (_, c) = x.sin_cos(); c } [1.0];
    asin(x) { x.asin() } [3.0];
    acos(x) { x.acos() } [3.0];
    atan(x) { x.atan() } [2.0];
    atan2(y, x) { y.atan2(x) } [4.0, 4.0];

    sinh(x) { x.sinh() } [2.0];
    cosh(x) { x.cosh() } [2.0];
    // In saturation too, where 1 - tanh² has no correct digit. Up to 0.9 it serves, and magnifies tanh's last
    // digit nine times; the logistic function likewise.
    tanh(x) { x.tanh() } [8.0];
    asinh(x) { x.asinh() } [2.0];
    acosh(x) { x.acosh() } [3.0];
    atanh(x) { x.atanh() } [3.0];

    abs(x) { x.abs() } [0.0];
    max(x, y) { x.max(y) } [0.0, 0.0];
    min(x, y) { x.min(y) } [0.0, 0.0];
    copysign(x, s) { x.copysign(s) } [0.0, 0.0];
    fract(x) { x.fract() } [0.0];
    rem_euclid(x, y) { x.rem_euclid(y) } [0.0, 1.0];
    midpoint(x, y) { x.midpoint(y) } [0.0, 0.0];
    to_degrees(x) { x.to_degrees() } [1.0];
    to_radians(x) { x.to_radians() } [1.0];

    sigmoid(x) { chainrule::math::sigmoid(x) } [8.0];
    logistic_pattern(x) { 1.0 / (1.0 + (-x).exp()) } [8.0];
    softplus(x) { chainrule::math::softplus(x) } [3.0];
    logit(p) { chainrule::math::logit(p) } [3.0];
    relu(x) { chainrule::math::relu(x) } [0.0];
    leaky_relu(x, slope) { chainrule::math::leaky_relu(x, slope) } [0.0, 0.0];
    elu(x, alpha) { chainrule::math::elu(x, alpha) } [2.0, 2.0];
    // The slope is a sum that vanishes near -0.75 and tends to one.
    gelu(x) { chainrule::math::gelu(x) } [4.0] scale |x| if x > -2.0 { 1.0 } else { 0.0 };
    // Likewise, near -1.28.
    silu(x) { chainrule::math::silu(x) } [4.0] scale |x| if x > -3.0 { 1.0 } else { 0.0 };
    gaussian(x) { chainrule::math::gaussian(x) } [4.0];
    erf(x) { chainrule::math::erf(x) } [4.0];
    erfc(x) { chainrule::math::erfc(x) } [4.0];
    normal_pdf(x) { chainrule::math::normal_pdf(x) } [4.0];
    normal_cdf(x) { chainrule::math::normal_cdf(x) } [4.0];
    // The digamma function vanishes near 1.46 and once between any two poles.
    ln_gamma(x) { chainrule::math::ln_gamma(x) } [4.0] scale |x| if x < 2.0 { 1.0 } else { 0.0 };
    digamma(x) { chainrule::math::digamma(x) } [4.0];
    // A spherical Bessel function, which oscillates within 1 / x.
    sinc(x) { chainrule::math::sinc(x) } [4.0] scale |x| if x.abs() > 2.0 { x.recip().abs() } else { 0.0 };
}

/// An exact partial: the nearest number of the type, and the remainder in units in its last place.
struct Exact {
    nearest: f64,
    remainder: f64,
}

struct Reference {
    function: &'static str,
    scalar: &'static str,
    arguments: Vec<f64>,
    partials: Vec<Exact>,
}

fn references() -> Vec<Reference> {
    let lines = include_str!("../references/rules.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            let &[function, scalar, arguments, partials] = columns.as_slice() else {
                panic!("four columns expected: {line}")
            };
            let number = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("not a number: {text}"));
            let exact = |text: &str| match text.split_once(':') {
                Some((nearest, remainder)) => {
                    Exact { nearest: number(nearest), remainder: number(remainder) }
                }
                None => Exact { nearest: number(text), remainder: 0.0 },
            };
            Reference {
                function,
                scalar,
                arguments: arguments.split(' ').map(number).collect(),
                partials: partials.split(' ').map(exact).collect(),
            }
        })
        .collect()
}

/// The error of a computed partial in units in the last place of the exact one, or of the natural scale.
fn error(got: f64, exact: &Exact, scalar: Precision, scale: f64, argument: f64) -> f64 {
    if got == exact.nearest && (exact.remainder == 0.0 || got.is_infinite()) {
        return 0.0;
    }
    if !got.is_finite() || !exact.nearest.is_finite() {
        return f64::INFINITY;
    }
    let spacing = scalar.spacing(exact.nearest);
    let mut unit = scalar.spacing(exact.nearest.abs().max(scale));
    if exact.nearest.abs() < power_of_two(scalar.smallest_normal) {
        // Flushing is accepted: intermediates were smaller still. So is the error of a subnormal factor,
        // magnified by the argument; from a thousand on no exponential has a subnormal left.
        if got == 0.0 {
            return 0.0;
        }
        unit *= argument.abs().clamp(1.0, 1000.0);
    }
    ((got - exact.nearest) - exact.remainder * spacing).abs() / unit
}

#[test]
fn partials_keep_their_budgets() {
    let references = references();
    let mut complaints = Vec::new();
    for rule in rules() {
        for reference in references.iter().filter(|r| r.function == rule.name && r.scalar == rule.scalar.name)
        {
            let gradient = (rule.gradient)(&reference.arguments);
            assert_eq!(gradient.len(), reference.partials.len(), "{}: number of partials", rule.name);
            assert_eq!(gradient.len(), rule.budgets.len(), "{}: number of budgets", rule.name);
            let scale = (rule.scale)(reference.arguments[0]);
            for (index, (&got, exact)) in gradient.iter().zip(&reference.partials).enumerate() {
                let error = error(got, exact, rule.scalar, scale, reference.arguments[0]);
                if error > rule.budgets[index] {
                    let Rule { name, scalar: Precision { name: scalar, .. }, .. } = rule;
                    let (arguments, nearest) = (&reference.arguments, exact.nearest);
                    let budget = rule.budgets[index];
                    complaints.push(format!(
                        "{name} {scalar} {arguments:?}, partial {index}: {got:e}, exactly {nearest:e}: \
                         {error:.2} units, budget {budget}"
                    ));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{} over budget\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_rule_has_references_and_every_reference_its_rule() {
    let rules: BTreeSet<_> = rules().iter().map(|rule| (rule.name, rule.scalar.name)).collect();
    let references: BTreeSet<_> = references().iter().map(|r| (r.function, r.scalar)).collect();
    let difference: Vec<_> = rules.symmetric_difference(&references).collect();
    assert!(difference.is_empty(), "only on one side: {difference:?}");
}
