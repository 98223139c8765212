//! The switches: which parts of the language the generator may use, and over which scalar.

use std::fmt;
use std::str::FromStr;

/// The scalar type of the generated functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scalar {
    /// `fn f(x: f64) -> f64`
    #[default]
    F64,
    /// `fn f(x: f32) -> f32`
    F32,
    /// `fn f<T: chainrule::Real>(x: T) -> T`, called at `f64`
    Generic,
}

macro_rules! features {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// A part of the language that can be switched off.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Feature {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Feature {
            /// All of them.
            pub const ALL: &[Feature] = &[$(Feature::$variant,)*];

            /// The name on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Feature::$variant => $name,)* }
            }
        }
    };
}

features! {
    /// `let a: f64 = …`
    Annotations = "annotations",
    /// A name that is bound again.
    Shadowing = "shadowing",
    /// Locals named like the temporaries that a compiler would make up.
    HostileNames = "hostile-names",
    /// Tuple locals, tuple patterns, `t.0`.
    Tuples = "tuples",
    /// `let mut`, `=`, `+=` and its relatives.
    Mutation = "mutation",
    /// Blocks as expressions, also ones that assign to what surrounds them.
    Blocks = "blocks",
    /// The operator `%` on reals.
    Remainder = "remainder",
    /// Methods of std: `x.sin()`.
    Std = "std",
    /// The same as paths: `f64::sin(x)`.
    Paths = "paths",
    /// The same as free functions: `chainrule::math::sin(x)`.
    MathPaths = "math-paths",
    /// What is not differentiable everywhere: `abs`, `min`, `max`, `clamp`, `floor`, `%` and so on.
    Kinks = "kinks",
    /// Chainrule's own functions: `sigmoid`, `erf` and so on.
    Own = "own",
    /// `const` items, inside and outside, and `core::f64::consts::PI`.
    Constants = "constants",
    /// Casts between integers and floats.
    Casts = "casts",
    /// `x as f32 as f64`.
    FloatCasts = "float-casts",
    /// `if` on values.
    If = "if",
    /// `&&`, `||`, `!` and boolean locals.
    Logic = "logic",
    /// `match` with guards, bindings, ranges.
    Match = "match",
    /// `Option<i32>`, `if let`.
    Options = "options",
    /// `return` before the end.
    Return = "return",
    /// `return` in a branch inside an operand.
    DeepReturn = "deep-return",
    /// Code that has no influence.
    DeadCode = "dead-code",
    /// Integer parameters, locals and arithmetic.
    Integers = "integers",
    /// Assertions that hold.
    Asserts = "asserts",
    /// `chainrule::constant(e)`.
    Hold = "constant",
    /// `#[grad(wrt(…))]`.
    Wrt = "wrt",
    /// Arrays, as parameters and locals, and their elements.
    Arrays = "arrays",
    /// `for`, `while` and `loop`.
    Loops = "loops",
    /// Iterators, closures, `map`, `sum`, `fold` and the like.
    Iterators = "iterators",
    /// `break` and `continue`, also with labels.
    Jumps = "jumps",
    /// Loops that stay loops: slices whose lengths are not known, and budgets too small for unrolling.
    Rolled = "rolled",
    /// Structs, where there are helpers.
    Structs = "structs",
    /// Helper functions, and calls of them.
    Calls = "calls",
    /// The other attributes: tangents, pullbacks, Jacobians, Hessians.
    Modes = "modes",
    /// Arguments outside the sane domain: `ln` of anything, division by anything.
    Wild = "wild",
}

/// A set of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    set: u64,
    /// Those that every program shall have, not only some.
    everywhere: u64,
}

impl Features {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Feature::ALL.iter().fold(Self::none(), |set, &feature| set.with(feature))
    }

    /// Nothing but arithmetic and `let`.
    #[must_use]
    pub fn none() -> Self {
        Self { set: 0, everywhere: 0 }
    }

    /// The set with one more.
    #[must_use]
    pub fn with(self, feature: Feature) -> Self {
        Self { set: self.set | 1 << feature as u64, ..self }
    }

    /// The set with one less.
    #[must_use]
    pub fn without(self, feature: Feature) -> Self {
        Self { set: self.set & !(1 << feature as u64), ..self }
    }

    /// Whether the feature is on.
    #[must_use]
    pub fn has(self, feature: Feature) -> bool {
        self.set >> (feature as u64) & 1 == 1
    }

    /// The set with a feature that every program shall have.
    #[must_use]
    pub fn everywhere(self, feature: Feature) -> Self {
        Self { everywhere: self.everywhere | 1 << feature as u64, ..self.with(feature) }
    }

    /// Whether every program shall have the feature.
    #[must_use]
    pub fn has_everywhere(self, feature: Feature) -> bool {
        self.everywhere >> (feature as u64) & 1 == 1
    }
}

/// The error for a name that is no feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFeature(String);

impl fmt::Display for UnknownFeature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Feature::ALL.iter().map(|feature| feature.name()).collect();
        write!(f, "`{}` is no feature; there are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownFeature {}

impl FromStr for Feature {
    type Err = UnknownFeature;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Feature::ALL.iter().find(|feature| feature.name() == name);
        found.copied().ok_or_else(|| UnknownFeature(name.to_owned()))
    }
}
