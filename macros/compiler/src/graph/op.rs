//! What a value of the graph can be.

use std::rc::Rc;

use proc_macro2::{Delimiter, TokenStream};

use super::{Call, Loop, Member, RegionId, ValueId, WholeOp};
use crate::rules::Primitive;

/// The floating-point type of a real value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Scalar {
    F64,
    F32,
    /// A type parameter `T: Real`, by its position among the function's type parameters.
    Parameter(usize),
    /// Not known yet: a literal whose type its context decides. Gone after lowering.
    Variable(usize),
}

/// The type of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Ty {
    Real(Scalar),
    Bool,
    /// A value made of floats, of a type that the macro does not see.
    Whole,
    /// An array, slice or vector of floats, or of arrays and tuples of them, that is one value here: its length is
    /// not known, or its elements are reached by indices that are not.
    Array(Scalar),
    /// An array or vector of values that are no floats, which a loop keeps for its reversal.
    List(Listed),
    /// Anything else: an integer, an enum, a constant whose type the macro cannot see.
    Other,
    /// A statement without a result.
    Unit,
}

/// What the elements of a list are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Listed {
    Bool,
    Whole,
    Other,
}

/// A floating-point literal.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Constant {
    /// The value, rounded to the type of the constant.
    pub(crate) value: f64,
    /// As the user wrote it, without suffix.
    pub(crate) text: Option<Rc<str>>,
    /// Whether the user wrote its type.
    pub(crate) is_typed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Precedence {
    Lowest,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Unary,
    Postfix,
}

/// A part of an opaque expression: tokens, a group, or a hole for an operand.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Tokens(TokenStream),
    /// The type parameter with this number, as the real number that it is: `<T as chainrule::Real>`.
    Real(usize),
    Group(Delimiter, Vec<Piece>),
    /// The operand with this number, in parentheses if it binds looser than this.
    Hole(usize, Precedence),
}

/// Rust that is not differentiated, kept as tokens around its operands.
#[derive(Clone, Debug)]
pub(crate) struct Opaque {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) precedence: Precedence,
    /// The annotated type of the `let` that bound it.
    pub(crate) annotation: Option<TokenStream>,
    /// Identifies equal expressions; an opaque without a key is never merged with another.
    pub(crate) key: Option<Rc<str>>,
}

/// How a branch chooses its arm.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// The branch's operand is a boolean: arm 0 if true, arm 1 if false.
    Bool,
    /// The branch's operand is matched against the arms' patterns, first match wins.
    Pattern,
}

/// One arm of a branch.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    /// What a [`Test::Pattern`] branch compares with. It binds the region's arguments by their names.
    pub(crate) pattern: Option<TokenStream>,
    /// A region that yields one boolean; its arguments repeat those of the arm.
    pub(crate) guard: Option<RegionId>,
    pub(crate) region: RegionId,
}

/// A structured conditional: exactly one arm is evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) test: Test,
    pub(crate) arms: Vec<Arm>,
}

impl Comparison {
    /// What holds of numbers where this does not.
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterEqual,
            Self::LessEqual => Self::Greater,
            Self::Greater => Self::LessEqual,
            Self::GreaterEqual => Self::Less,
        }
    }

    /// The same with its sides exchanged.
    pub(crate) fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::Greater => Self::Less,
            Self::GreaterEqual => Self::LessEqual,
        }
    }
}

impl Branch {
    /// What is known in the arm with this number where the branch is on a boolean: that the operand is this.
    pub(crate) fn condition_in(&self, number: usize) -> Option<bool> {
        match self.test {
            Test::Bool => Some(number == 0),
            Test::Pattern => None,
        }
    }

    /// Guards and bodies, in the order in which they are evaluated.
    pub(crate) fn regions(&self) -> impl Iterator<Item = RegionId> + '_ {
        self.arms.iter().flat_map(|arm| arm.guard.into_iter().chain([arm.region]))
    }

    pub(crate) fn bodies(&self) -> impl Iterator<Item = RegionId> + '_ {
        self.arms.iter().map(|arm| arm.region)
    }
}

/// How a region ends.
#[derive(Clone, Debug)]
pub(crate) enum Terminator {
    Yield(Vec<ValueId>),
    /// `panic!`, `unreachable!` and the like, an opaque value without a result.
    Panic(ValueId),
}

impl Terminator {
    pub(crate) fn operands(&self) -> &[ValueId] {
        match self {
            Self::Yield(values) => values,
            Self::Panic(value) => std::slice::from_ref(value),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// The parameter with this number.
    Parameter(usize),
    Constant(Constant),
    /// A row of the rule table.
    Primitive(Primitive),
    Compare(Comparison),
    Not,
    /// Operands: condition, value if true, value if false. Both values are evaluated.
    Select,
    /// Operands: an index below the number of elements, and the elements. The element at the index.
    Pick,
    /// A cast between floats; the result type says to which.
    Cast,
    Opaque(Rc<Opaque>),
    /// An opaque value seen as a real number; prints as its operand.
    Coerce,
    /// A real value that is held constant (`chainrule::constant`); prints as its operand.
    Detach,
    /// A value whose derivatives are known as values. Operands: the value, then for each that it depends on that and the
    /// partial derivative by it. Prints as the first operand.
    Linked,
    /// Bound by the pattern of an arm.
    Binding,
    /// What the region of a loop takes under this number: the item, or the number of an item, then what is carried.
    Argument(usize),
    /// Stands for something that is not known, in code that is looked at and thrown away.
    Absent,
    Branch(Branch),
    Loop(Loop),
    /// The result with this number of the branch or loop that is the operand.
    Result(usize),
    /// An element of an array. Operands: the array and the indices in the path.
    Load(Rc<Member>),
    /// An array with another element in one place, which may be the place behind its last one. Operands: the array, the
    /// indices and the element.
    Store(Rc<Member>),
    /// An array with a float added in one place. Operands: the array, the indices and the float.
    Accumulate(Rc<Member>),
    /// The sum of two arrays, element by element.
    Join,
    /// An array of zeros as long as the operand.
    ZeroLike,
    /// The same, in the place of the operand: a parameter that the caller lends for a result.
    Cleared,
    /// What is in a parameter that the caller lends: for a result, all of which is going to be written, or to be changed.
    Lent,
    /// Leaves an array in a parameter that the caller lends. Operands: the parameter, and the array, which may be there
    /// already.
    Leave(Left),
    /// A new array of equal elements, or an empty one. Operands: an element, and what its length is computed from if that is
    /// not constant.
    Filled(Rc<Filled>),
    /// A function that is called later, once: what its region yields, which may use everything around it.
    Pullback(RegionId),
    /// A call of a function with siblings, or of one of the siblings. Operands: the leaves of the arguments.
    Call(Rc<Call>),
    /// What the call that is the operand returns, in part.
    Part(usize),
    Whole(WholeOp),
    /// A statement that is kept for its effect: an assertion.
    Effect(Rc<Opaque>),
}

/// What is left in a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Left {
    /// What the primal leaves there.
    Contents,
    Derivatives,
}

/// How a new array is written around its element and its length.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    /// The holes are the operands.
    pub(crate) pieces: Vec<Piece>,
    /// Whether it is a vector of the program, which is moved rather than copied.
    pub(crate) is_vector: bool,
    /// Of what it keeps a value for each iteration of a loop, if it is for that.
    pub(crate) kept: Option<Kept>,
}

/// What is kept of each iteration of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// What it is called.
    pub(crate) name: Option<Rc<str>>,
    pub(crate) place: Place,
}

/// Where values of iterations are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Stack,
    Heap,
    /// Where the gradient of an array is going to be.
    Gradient,
}

/// How the user wrote a call, so that it is printed, and resolved, in the same way.
#[derive(Clone, Debug, Default)]
pub(crate) enum Spelling {
    /// Not written by the user: an absolute path into the runtime.
    #[default]
    Ours,
    /// `x.sin()`; the tokens are the method's name.
    Method(TokenStream),
    /// `f64::sin(x)`, `math::sin(x)`; the tokens are the path.
    Path(TokenStream),
}

/// What the reader of generated code should recognise, and what is known besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Note {
    /// The user's name for it; such a value is always a statement of its own.
    pub(crate) name: Option<Rc<str>>,
    /// What to call it should it need a name.
    pub(crate) hint: Option<Rc<str>>,
    /// Of an array, how many floats it holds, if that is known.
    pub(crate) size: Option<usize>,
    /// Of an integer, whether it is declared as a `usize`.
    pub(crate) is_usize: bool,
    /// Of a store, whether it keeps a value of an iteration where a gradient is going to be.
    pub(crate) is_kept: bool,
    pub(crate) spelling: Spelling,
}

impl Ty {
    pub(crate) fn is_real(self) -> bool {
        matches!(self, Self::Real(_))
    }

    pub(crate) fn is_array(self) -> bool {
        matches!(self, Self::Array(_) | Self::List(_))
    }

    /// The type of an array with elements of this type, or of an array of such arrays.
    pub(crate) fn array(self) -> Self {
        match self {
            Self::Real(scalar) => Self::Array(scalar),
            Self::Bool => Self::List(Listed::Bool),
            Self::Whole => Self::List(Listed::Whole),
            Self::Other => Self::List(Listed::Other),
            Self::Array(_) | Self::List(_) | Self::Unit => self,
        }
    }

    /// The type of what is loaded from an array.
    pub(crate) fn element(self) -> Self {
        match self {
            Self::Array(scalar) => Self::Real(scalar),
            Self::List(Listed::Bool) => Self::Bool,
            Self::List(Listed::Whole) => Self::Whole,
            _ => Self::Other,
        }
    }

    /// The type of the floats in it, if that is known.
    pub(crate) fn scalar(self) -> Option<Scalar> {
        match self {
            Self::Real(scalar) | Self::Array(scalar) => Some(scalar),
            Self::Bool | Self::Whole | Self::List(_) | Self::Other | Self::Unit => None,
        }
    }
}

impl Constant {
    pub(crate) fn new(value: f64) -> Self {
        Self { value, text: None, is_typed: false }
    }
}

impl Precedence {
    /// The next tighter precedence.
    pub(crate) fn tighter(self) -> Self {
        match self {
            Self::Lowest => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Compare,
            Self::Compare => Self::BitOr,
            Self::BitOr => Self::BitXor,
            Self::BitXor => Self::BitAnd,
            Self::BitAnd => Self::Shift,
            Self::Shift => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Cast,
            Self::Cast => Self::Unary,
            Self::Unary | Self::Postfix => Self::Postfix,
        }
    }
}
