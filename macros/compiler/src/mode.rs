//! What an attribute asks for.

/// The attributes of the family, each with siblings of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// `f_grad` and `f_value_and_grad`, in reverse mode.
    Grad,
    /// `f_vjp`, the value and its pullback.
    Vjp,
    /// `f_jvp`, the value and its tangent.
    Jvp,
    /// `f_jacobian` and `f_value_and_jacobian`.
    Jacobian,
    /// `f_hessian` and `f_value_grad_and_hessian`.
    Hessian,
    /// `f_hvp`, the gradient and the Hessian times a direction.
    Hvp,
}

impl Mode {
    pub(crate) const ALL: &[Self] =
        &[Self::Grad, Self::Vjp, Self::Jvp, Self::Jacobian, Self::Hessian, Self::Hvp];

    /// The name of the attribute.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Grad => "grad",
            Self::Vjp => "vjp",
            Self::Jvp => "jvp",
            Self::Jacobian => "jacobian",
            Self::Hessian => "hessian",
            Self::Hvp => "hvp",
        }
    }

    /// The mode of the attribute with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mode| mode.name() == name)
    }

    /// The attribute as users write it.
    pub(crate) fn attribute(self) -> String {
        format!("#[{}]", self.name())
    }

    /// Whether the function may change arrays that are lent to it.
    pub(crate) fn takes_changed_arrays(self) -> bool {
        matches!(self, Self::Grad | Self::Jvp | Self::Hvp)
    }

    /// Whether the function has to have one real number as its result.
    pub(crate) fn needs_scalar_result(self) -> bool {
        matches!(self, Self::Grad | Self::Hessian | Self::Hvp)
    }
}
