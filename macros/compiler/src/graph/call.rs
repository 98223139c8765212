//! Calls of functions that have siblings.
//!
//! The macro does not see the body of a function that is called, so a call stays a call: of the function itself
//! in the primal, and of the siblings that its derivatives need in derivative code. Its arguments and results
//! may be made of several reals; a [`Form`] says how, and the reals are operands and [`Op::Part`](super::Op)s.

use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use proc_macro2::{Ident, TokenStream};

use super::Member;

/// How a value is made of the operands or parts of a call, one for each leaf, in their order.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Form {
    Leaf(Leaf),
    Tuple(Vec<Form>),
    Array(Vec<Form>),
    /// An array that is one value, or a part of one.
    Part(ArrayPart),
    /// A shared reference to it.
    Reference(Box<Form>),
}

/// Which part of an array that is one value an argument is. Operands: the array, the indices in the path, and of a range
/// of elements the first index and the one behind the last.
#[derive(Clone)]
pub(crate) struct ArrayPart {
    pub(crate) path: Rc<Member>,
    pub(crate) is_range: bool,
}

/// Where a call of an accumulating sibling adds the gradient by an argument that is a part of an array.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Added {
    /// The number of the array among those that the call adds to.
    pub(crate) array: usize,
    /// Whether that is an array like the one that the path of the argument leads to, rather than one like the array in
    /// which the path begins.
    pub(crate) is_behind_path: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Leaf {
    /// A float, or a value made of floats.
    Float,
    /// What has no derivative.
    Constant,
    /// A constant of which the macro does not see whether its type carries floats, so that the function's gradient has
    /// an entry for it; an argument by itself, or a reference to one.
    Unknown,
    /// An array that is one value.
    Array,
}

/// The function that is called, as the user named it.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    /// `before name after`: a path with its last name apart, and generic arguments.
    Path { before: TokenStream, name: Ident, after: TokenStream },
    /// A method of the first argument.
    Method { name: Ident, after: TokenStream },
}

/// Which of a family of functions is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Sibling {
    /// The function itself.
    Primal,
    Grad,
    ValueAndGrad,
    /// Operands: the arguments, then a tangent for each of their floats and arrays.
    Jvp,
    /// The result and the pullback.
    Vjp,
    /// The pullback of a call of [`Sibling::Vjp`]. Operands: the pullback, then the cotangents of the result.
    Pullback,
    /// Both at once. Operands: the arguments, then the cotangents of the result.
    VjpAtOnce,
    /// Of a function of arrays that returns one real: adds to the gradients by the arrays. Operands: the arguments, then
    /// the cotangent of the result, then the arrays that are added to. What these are afterwards are the last parts.
    AddGrad,
    /// The same for any result, with a cotangent for each of its floats.
    AddVjp,
    /// Operands: the arguments, then a direction for each of their floats.
    Hvp,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) callee: Callee,
    pub(crate) sibling: Sibling,
    pub(crate) arguments: Vec<Form>,
    pub(crate) result: Form,
    /// Of an accumulating sibling, where the gradient by each argument that is a part of an array goes, if anywhere.
    pub(crate) added: Vec<Option<Added>>,
    /// Identifies the function and the forms of its arguments.
    pub(crate) key: Rc<str>,
}

impl Form {
    pub(crate) const FLOAT: Self = Self::Leaf(Leaf::Float);

    /// The leaves in order.
    pub(crate) fn leaves(&self, found: &mut Vec<Leaf>) {
        match self {
            Self::Leaf(leaf) => found.push(*leaf),
            Self::Tuple(parts) | Self::Array(parts) => parts.iter().for_each(|part| part.leaves(found)),
            Self::Part(part) => {
                found.push(Leaf::Array);
                found.extend(vec![Leaf::Constant; part.places()]);
            }
            Self::Reference(inner) => inner.leaves(found),
        }
    }

    /// The part of an array that is passed, if it is one.
    pub(crate) fn as_part(&self) -> Option<&ArrayPart> {
        match self {
            Self::Part(part) => Some(part),
            Self::Reference(inner) => inner.as_part(),
            Self::Leaf(_) | Self::Tuple(_) | Self::Array(_) => None,
        }
    }

    /// The same with another leaf in the place of those that are not known.
    pub(crate) fn decided(self, leaf: Leaf) -> Self {
        match self {
            Self::Leaf(Leaf::Unknown) => Self::Leaf(leaf),
            Self::Leaf(known) => Self::Leaf(known),
            Self::Part(part) => Self::Part(part),
            Self::Tuple(parts) => Self::Tuple(parts.into_iter().map(|part| part.decided(leaf)).collect()),
            Self::Array(parts) => Self::Array(parts.into_iter().map(|part| part.decided(leaf)).collect()),
            Self::Reference(inner) => Self::Reference(Box::new(inner.decided(leaf))),
        }
    }

    /// Whether it is an argument that may or may not have an entry in the gradient.
    pub(crate) fn is_unknown(&self) -> bool {
        match self {
            Self::Leaf(leaf) => *leaf == Leaf::Unknown,
            Self::Reference(inner) => inner.is_unknown(),
            Self::Tuple(_) | Self::Array(_) | Self::Part(_) => false,
        }
    }

    pub(crate) fn size(&self) -> usize {
        let mut leaves = Vec::new();
        self.leaves(&mut leaves);
        leaves.len()
    }

    /// The form of its gradient where that is returned: what is constant is left out, and references are to values of
    /// their own.
    pub(crate) fn gradient(&self) -> Option<Self> {
        match self {
            Self::Leaf(Leaf::Float) => Some(Self::FLOAT),
            Self::Leaf(Leaf::Constant | Leaf::Unknown | Leaf::Array) | Self::Part(_) => None,
            Self::Reference(inner) => inner.gradient(),
            Self::Tuple(parts) => {
                let parts: Vec<Self> = parts.iter().filter_map(Self::gradient).collect();
                (!parts.is_empty()).then_some(Self::Tuple(parts))
            }
            Self::Array(parts) => {
                let parts: Vec<Self> = parts.iter().filter_map(Self::gradient).collect();
                (!parts.is_empty()).then_some(Self::Array(parts))
            }
        }
    }
}

impl ArrayPart {
    /// How many operands say which part it is.
    fn places(&self) -> usize {
        self.path.indices + if self.is_range { 2 } else { 0 }
    }

    /// Whether it is all of the array.
    pub(crate) fn is_whole(&self) -> bool {
        self.path.pieces.is_empty() && !self.is_range
    }
}

impl PartialEq for ArrayPart {
    fn eq(&self, other: &Self) -> bool {
        self.path.key == other.path.key && self.is_range == other.is_range
    }
}

impl fmt::Debug for ArrayPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.path.key, self.is_range)
    }
}

/// The most values of a region in which a pullback borrows others: such code cannot be cut into blocks.
pub(crate) const MOST_BESIDE_BORROWS: usize = 2000;

impl Call {
    /// The same call of another sibling.
    pub(crate) fn of(&self, sibling: Sibling) -> Rc<Self> {
        Rc::new(Self { sibling, ..self.clone() })
    }

    /// The same call of an accumulating sibling.
    pub(crate) fn adding(&self, sibling: Sibling, added: Vec<Option<Added>>) -> Rc<Self> {
        Rc::new(Self { sibling, added, ..self.clone() })
    }

    /// The operands that are arrays which the call adds to.
    pub(crate) fn arrays_added_to(&self) -> Range<usize> {
        let count = self.added.iter().flatten().map(|added| added.array + 1).max().unwrap_or(0);
        let start = self.arity() + self.result.size();
        if count == 0 { 0..0 } else { start..start + count }
    }

    /// The number of the part that is what an operand, an array, is after the call.
    pub(crate) fn part_of_array(&self, number: usize) -> usize {
        self.gradients().iter().map(Form::size).sum::<usize>() + number
    }

    /// The operand that becomes the part with this number, if that is an array which the call adds to.
    pub(crate) fn array_of_part(&self, part: usize) -> Option<usize> {
        let number = part.checked_sub(self.part_of_array(0))?;
        self.arrays_added_to().nth(number)
    }

    /// Whether arrays that are one value are passed, or parts of them.
    pub(crate) fn has_arrays(&self) -> bool {
        self.arguments.iter().any(|argument| argument.as_part().is_some())
    }

    /// The operands that are arrays of which parts are passed.
    pub(crate) fn arrays(&self) -> Vec<usize> {
        let mut leaves = Vec::new();
        self.arguments.iter().for_each(|argument| argument.leaves(&mut leaves));
        let positions = leaves.into_iter().enumerate();
        positions.filter(|(_, leaf)| *leaf == Leaf::Array).map(|(position, _)| position).collect()
    }

    /// For each operand of the primal, whether it carries floats.
    pub(crate) fn floats(&self) -> Vec<bool> {
        let mut leaves = Vec::new();
        self.arguments.iter().for_each(|argument| argument.leaves(&mut leaves));
        leaves.into_iter().map(|leaf| leaf == Leaf::Float).collect()
    }

    /// Whether an argument is passed by reference.
    pub(crate) fn has_references(&self) -> bool {
        self.arguments.iter().any(|argument| matches!(argument, Form::Reference(_)))
    }

    /// How many operands the primal has.
    pub(crate) fn arity(&self) -> usize {
        self.arguments.iter().map(Form::size).sum()
    }

    /// Whether the types of arguments decide which entries the gradient has.
    pub(crate) fn has_unknowns(&self) -> bool {
        self.arguments.iter().any(Form::is_unknown)
    }

    /// The gradient of each argument that has one.
    pub(crate) fn gradients(&self) -> Vec<Form> {
        self.arguments.iter().filter_map(Form::gradient).collect()
    }

    /// One form alone, several as a tuple: what siblings return for all parameters.
    fn gradient(&self) -> Form {
        let mut gradients = self.gradients();
        if gradients.len() == 1 { gradients.remove(0) } else { Form::Tuple(gradients) }
    }

    /// What the call returns, as a list of components; the parts of the call count through them.
    pub(crate) fn returns(&self) -> Vec<Form> {
        match self.sibling {
            Sibling::Primal => vec![self.result.clone()],
            Sibling::Grad | Sibling::Pullback | Sibling::VjpAtOnce | Sibling::AddGrad | Sibling::AddVjp => {
                vec![self.gradient()]
            }
            Sibling::ValueAndGrad => vec![self.result.clone(), self.gradient()],
            Sibling::Jvp => vec![self.result.clone(), self.result.clone()],
            Sibling::Vjp => vec![self.result.clone(), Form::Leaf(Leaf::Constant)],
            Sibling::Hvp => vec![self.gradient(), self.gradient()],
        }
    }

    /// How many parts, which come first, are of the primal's result rather than of a derivative.
    pub(crate) fn values(&self) -> usize {
        match self.sibling {
            Sibling::Primal | Sibling::ValueAndGrad | Sibling::Jvp | Sibling::Vjp => self.result.size(),
            Sibling::Grad
            | Sibling::Pullback
            | Sibling::VjpAtOnce
            | Sibling::AddGrad
            | Sibling::AddVjp
            | Sibling::Hvp => 0,
        }
    }

    /// For each component of what the call returns, whether it is a gradient.
    pub(crate) fn components_that_are_gradients(&self) -> Vec<bool> {
        match self.sibling {
            Sibling::Primal => vec![false],
            Sibling::Grad | Sibling::Pullback | Sibling::VjpAtOnce | Sibling::AddGrad | Sibling::AddVjp => {
                vec![true]
            }
            Sibling::ValueAndGrad => vec![false, true],
            Sibling::Jvp | Sibling::Vjp => vec![false, false],
            Sibling::Hvp => vec![true, true],
        }
    }

    /// Whether the call is its only result, rather than an instruction with parts.
    pub(crate) fn is_value(&self) -> bool {
        self.sibling == Sibling::Primal && self.result == Form::FLOAT
    }

    /// The number of the part that is the gradient by the float with this number.
    pub(crate) fn gradient_part(&self, float: usize) -> usize {
        match self.sibling {
            Sibling::ValueAndGrad => self.result.size() + float,
            _ => float,
        }
    }
}

impl Callee {
    /// The name of the function, as people say it.
    pub(crate) fn name(&self) -> String {
        let name = self.name_token().to_string();
        name.strip_prefix("r#").map_or(name.clone(), ToOwned::to_owned)
    }

    /// The name where the program has it.
    pub(crate) fn name_token(&self) -> &Ident {
        let (Self::Path { name, .. } | Self::Method { name, .. }) = self;
        name
    }
}

impl Sibling {
    /// What follows the name of the function.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Primal => "",
            Self::Grad => "_grad",
            Self::ValueAndGrad => "_value_and_grad",
            Self::Jvp => "_jvp",
            Self::Vjp | Self::Pullback | Self::VjpAtOnce => "_vjp",
            Self::AddGrad => "_add_grad",
            Self::AddVjp => "_add_vjp",
            Self::Hvp => "_hvp",
        }
    }
}
