//! The rule table and how it is read.
//!
//! [`table`] holds the rows. From each row the `rules!` macro makes a [`Primitive`], a method of [`Sym`] that
//! applies it, and a [`Rule`] with everything that lowering, the transforms, emission, the runtime and the
//! documentation need to know of it. Partials are written with `Sym`s, so a partial that uses a function
//! without a row does not compile, and every derivative can be differentiated again.

mod list;
mod suggest;
mod table;

pub use list::{for_each_rule, rule_table};
pub(crate) use suggest::nearest;
pub(crate) use table::{Primitive, nonzero};

use crate::graph::{IntoPartial, Range, Sym};

/// One row of the table.
pub(crate) struct Rule {
    pub(crate) primitive: Primitive,
    pub(crate) name: &'static str,
    pub(crate) parameters: &'static [Parameter],
    /// Lines of documentation.
    pub(crate) doc: &'static [&'static str],
    pub(crate) source: Source,
    pub(crate) derivative: Derivative,
    /// The partials as they stand in the table, for the documentation.
    pub(crate) formula: &'static str,
    /// The values that the function takes.
    pub(crate) range: Range,
}

pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(non_camel_case_types, reason = "spelled as in the table")]
pub(crate) enum Kind {
    real,
    /// An `i32`, never differentiated.
    int,
    /// Any number of reals, passed as a slice; the partial is that of one of them.
    list,
}

/// Where the primal comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(non_camel_case_types, reason = "spelled as in the table")]
pub(crate) enum Source {
    /// An operator of the language.
    operator(&'static str),
    /// A method that `core` has on stable, so that it is there without `std`.
    core,
    /// A method of `std`; without it, these functions of `libm` for `f64` and `f32`.
    libm(&'static str, &'static str),
    /// A method of `std`; without it, a function of the runtime.
    fallback,
    /// A function of the runtime.
    own,
}

/// Partials with respect to each parameter, from the arguments and the result; `None` where inert.
pub(crate) type Partials = for<'g> fn(&[Sym<'g>], Sym<'g>) -> Vec<Option<Sym<'g>>>;

/// A condition on the arguments and the result.
pub(crate) type Condition = for<'g> fn(&[Sym<'g>], Sym<'g>) -> Sym<'g>;

pub(crate) enum Derivative {
    Smooth(Partials),
    /// The first case whose condition holds; the last has none. Becomes a real branch.
    Cases(&'static [Case]),
}

pub(crate) struct Case {
    pub(crate) when: Option<Condition>,
    pub(crate) partials: Partials,
}

/// The partial of a parameter that cannot vary.
pub(crate) struct Inert;

pub(crate) const INERT: Inert = Inert;

impl<'g> IntoPartial<'g> for Inert {
    fn partial(self, _: Sym<'g>) -> Option<Sym<'g>> {
        None
    }
}

impl Primitive {
    pub(crate) fn rule(self) -> &'static Rule {
        &table::RULES[self as usize]
    }
}

/// Whether a function is called, rather than a few instructions.
pub(crate) fn is_call(primitive: Primitive) -> bool {
    let source = primitive.rule().source;
    matches!(source, Source::libm(..) | Source::fallback | Source::own) && primitive != Primitive::sqrt
}

/// The row of this name, operators excepted.
pub(crate) fn find(name: &str) -> Option<&'static Rule> {
    table::RULES.iter().find(|rule| rule.name == name && !matches!(rule.source, Source::operator(_)))
}

/// The row of this name among libm's functions.
pub(crate) fn find_libm(name: &str) -> Option<&'static Rule> {
    table::RULES.iter().find(|rule| match rule.source {
        Source::libm(double, single) => name == double || name == single,
        Source::core => {
            matches!((rule.name, name), ("abs", "fabs" | "fabsf") | ("copysign", "copysign" | "copysignf"))
        }
        _ => false,
    })
}

/// Methods of floats that are understood without being differentiated: predicates and representations.
pub(crate) const CONSTANT_METHODS: &[&str] = &[
    "is_nan",
    "is_finite",
    "is_infinite",
    "is_normal",
    "is_subnormal",
    "is_sign_positive",
    "is_sign_negative",
    "classify",
    "total_cmp",
    "partial_cmp",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
];

/// Functions of ours whose names std has for unstable methods, which rustc warns about wherever they are called.
pub(crate) const UNSTABLE_METHODS: &[&str] = &["erf", "erfc", "ln_gamma"];

const BITS: &str = "bits carry the whole number past differentiation; hold it with `chainrule::constant`";

/// Methods of floats that have no rule, and why.
pub(crate) const UNSUPPORTED_METHODS: &[(&str, &str)] = &[
    ("to_bits", BITS),
    ("to_be_bytes", BITS),
    ("to_le_bytes", BITS),
    ("to_ne_bytes", BITS),
    ("abs_sub", "it is deprecated; write `(x - y).max(0.0)`"),
    ("next_up", "its result has no useful derivative; write the step as arithmetic"),
    ("next_down", "its result has no useful derivative; write the step as arithmetic"),
    ("maximum", "it is unstable in std; write `max`"),
    ("minimum", "it is unstable in std; write `min`"),
    ("clamp_magnitude", "it is unstable in std; write `x.clamp(-limit, limit)`"),
    ("gamma", "it is unstable in std; write `ln_gamma(x).exp()` with `chainrule::math::ln_gamma`"),
    ("lerp", "it is unstable in std; write `a + (b - a) * t`"),
    ("to_int_unchecked", "it is unsafe; write `x as i32`"),
    (
        "algebraic_add",
        "its rounding is not specified, so the value could not be repeated bit for bit; write `+`",
    ),
    (
        "algebraic_sub",
        "its rounding is not specified, so the value could not be repeated bit for bit; write `-`",
    ),
    (
        "algebraic_mul",
        "its rounding is not specified, so the value could not be repeated bit for bit; write `*`",
    ),
    (
        "algebraic_div",
        "its rounding is not specified, so the value could not be repeated bit for bit; write `/`",
    ),
    (
        "algebraic_rem",
        "its rounding is not specified, so the value could not be repeated bit for bit; write `%`",
    ),
];

/// The names of all functions, operators and helpers of derivatives excepted.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    table::RULES
        .iter()
        .filter(|rule| !matches!(rule.source, Source::operator(_)) && !rule.name.ends_with("_slope"))
        .map(|rule| rule.name)
}
