//! What the special functions need of a scalar beyond its public face. Being out of reach, it seals [`Real`].
//!
//! The names are long because a bound on [`Real`] brings these methods into scope in users' code.
//!
//! [`Real`]: super::Real

pub trait Sealed: Sized {
    /// The number with the lower half of its significand cleared, so that its square and the product of two
    /// such numbers are exact.
    #[doc(hidden)]
    fn chainrule_upper_half(self) -> Self;
    #[doc(hidden)]
    fn chainrule_erf(self) -> Self;
    #[doc(hidden)]
    fn chainrule_erfc(self) -> Self;
    #[doc(hidden)]
    fn chainrule_ln_gamma(self) -> Self;
}

impl Sealed for f64 {
    #[inline]
    fn chainrule_upper_half(self) -> Self {
        // 26 of 53 bits stay.
        Self::from_bits(self.to_bits() & !0x07ff_ffff)
    }

    #[inline]
    fn chainrule_erf(self) -> Self {
        libm::erf(self)
    }

    #[inline]
    fn chainrule_erfc(self) -> Self {
        libm::erfc(self)
    }

    #[inline]
    fn chainrule_ln_gamma(self) -> Self {
        libm::lgamma(self)
    }
}

impl Sealed for f32 {
    #[inline]
    fn chainrule_upper_half(self) -> Self {
        // 12 of 24 bits stay.
        Self::from_bits(self.to_bits() & !0x0fff)
    }

    #[inline]
    fn chainrule_erf(self) -> Self {
        libm::erff(self)
    }

    #[inline]
    fn chainrule_erfc(self) -> Self {
        libm::erfcf(self)
    }

    #[inline]
    fn chainrule_ln_gamma(self) -> Self {
        libm::lgammaf(self)
    }
}
