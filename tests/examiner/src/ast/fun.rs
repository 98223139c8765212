//! The functions of reals that programs call: names and signatures, nothing about their meaning.

/// What a function takes at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Param {
    /// A real.
    R,
    /// An `i32`.
    N,
}

/// Where a function comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An inherent method of `f64`, smooth inside its domain.
    Std,
    /// An inherent method of `f64` with kinks or jumps.
    Kink,
    /// A function of the crate under examination.
    Own,
}

macro_rules! functions {
    ($($variant:ident $name:literal $origin:ident [$($param:ident)*],)*) => {
        /// A function of reals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fun {
            $($variant,)*
        }

        impl Fun {
            /// All of them.
            pub(crate) const ALL: &[Fun] = &[$(Fun::$variant,)*];

            /// The name in Rust.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Fun::$variant => $name,)* }
            }

            /// What it takes.
            pub(crate) fn params(self) -> &'static [Param] {
                match self { $(Fun::$variant => &[$(Param::$param,)*],)* }
            }

            /// Where it comes from.
            pub(crate) fn origin(self) -> Origin {
                match self { $(Fun::$variant => Origin::$origin,)* }
            }
        }
    };
}

functions! {
    Sin "sin" Std [R],
    Cos "cos" Std [R],
    Tan "tan" Std [R],
    Asin "asin" Std [R],
    Acos "acos" Std [R],
    Atan "atan" Std [R],
    Sinh "sinh" Std [R],
    Cosh "cosh" Std [R],
    Tanh "tanh" Std [R],
    Asinh "asinh" Std [R],
    Acosh "acosh" Std [R],
    Atanh "atanh" Std [R],
    Exp "exp" Std [R],
    Exp2 "exp2" Std [R],
    ExpM1 "exp_m1" Std [R],
    Ln "ln" Std [R],
    Ln1p "ln_1p" Std [R],
    Log10 "log10" Std [R],
    Log2 "log2" Std [R],
    Log "log" Std [R R],
    Sqrt "sqrt" Std [R],
    Cbrt "cbrt" Std [R],
    Powi "powi" Std [R N],
    Powf "powf" Std [R R],
    Recip "recip" Std [R],
    ToDegrees "to_degrees" Std [R],
    ToRadians "to_radians" Std [R],
    Hypot "hypot" Std [R R],
    Atan2 "atan2" Std [R R],
    MulAdd "mul_add" Std [R R R],
    Midpoint "midpoint" Std [R R],
    SinCos "sin_cos" Std [R],
    Abs "abs" Kink [R],
    Signum "signum" Kink [R],
    Floor "floor" Kink [R],
    Ceil "ceil" Kink [R],
    Round "round" Kink [R],
    RoundTiesEven "round_ties_even" Kink [R],
    Trunc "trunc" Kink [R],
    Fract "fract" Kink [R],
    Min "min" Kink [R R],
    Max "max" Kink [R R],
    Clamp "clamp" Kink [R R R],
    Copysign "copysign" Kink [R R],
    RemEuclid "rem_euclid" Kink [R R],
    DivEuclid "div_euclid" Kink [R R],
    Sigmoid "sigmoid" Own [R],
    Softplus "softplus" Own [R],
    Relu "relu" Own [R],
    LeakyRelu "leaky_relu" Own [R R],
    Elu "elu" Own [R R],
    Gelu "gelu" Own [R],
    Silu "silu" Own [R],
    Gaussian "gaussian" Own [R],
    Erf "erf" Own [R],
    Erfc "erfc" Own [R],
    NormalPdf "normal_pdf" Own [R],
    NormalCdf "normal_cdf" Own [R],
    LnGamma "ln_gamma" Own [R],
    Digamma "digamma" Own [R],
    Sinc "sinc" Own [R],
    Logit "logit" Own [R],
}
