//! Arrays that are one value of the graph, and parts of them: what an index, a field or a range of indices leads to.
//!
//! A float that is reached is a load. A store makes a new array, which the variable holds from then on.

use std::rc::Rc;

use quote::quote;
use syn::{ExprRange, RangeLimits};

use super::opaque::Template;
use super::{Lowerer, Val};
use crate::graph::{Member, Op, Piece, Precedence, Ty, ValueId};
use crate::signature::{LONGEST_LISTED, Length, Shape};

/// A part of an array, or all of it.
#[derive(Clone)]
pub(crate) struct View {
    pub(super) array: ValueId,
    /// How the part is reached.
    member: Rc<Member>,
    indices: Vec<ValueId>,
    pub(super) shape: Shape,
    /// Of a range of its elements, the first one and how many there are.
    window: Option<(ValueId, ValueId)>,
    /// Of a vector, how many elements it has.
    length: Option<ValueId>,
}

impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        self.array == other.array
            && self.member.key == other.member.key
            && self.indices == other.indices
            && self.window == other.window
            && self.length == other.length
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?} {} {:?} {:?}", self.array, self.member.key, self.indices, self.window)
    }
}

impl View {
    /// All of an array.
    pub(super) fn whole(array: ValueId, shape: Shape) -> Self {
        let member = Rc::new(Member { pieces: Vec::new(), indices: 0, key: Rc::from("") });
        Self { array, member, indices: Vec::new(), shape, window: None, length: None }
    }

    /// All of a vector of so many elements of this shape.
    pub(super) fn vector(array: ValueId, element: Shape, length: ValueId) -> Self {
        Self { length: Some(length), ..Self::whole(array, Shape::Slice(Box::new(element))) }
    }

    /// The same, of a vector whose length is another value.
    pub(super) fn with_length(self, length: Option<ValueId>) -> Self {
        Self { length, ..self }
    }

    /// Of a vector, or a part of one, how many elements the vector has.
    pub(super) fn vector_length(&self) -> Option<ValueId> {
        self.length
    }

    /// Whether it is of a slice, rather than an array of constant length.
    pub(super) fn is_slice(&self) -> bool {
        matches!(self.shape, Shape::Slice(_))
    }

    /// The same part of another array.
    pub(super) fn of(&self, array: ValueId) -> Self {
        Self { array, ..self.clone() }
    }

    /// Whether it is all of the array.
    pub(super) fn is_whole(&self) -> bool {
        self.member.pieces.is_empty() && self.window.is_none()
    }

    /// The values that say which part it is, the array first.
    pub(super) fn values(&self) -> Vec<ValueId> {
        let window = self.window.into_iter().flat_map(|(start, length)| [start, length]);
        std::iter::once(self.array).chain(self.indices.iter().copied()).chain(window).collect()
    }

    /// The same with other values, in the order of [`Self::values`].
    pub(super) fn with_values(&self, values: &[ValueId]) -> Self {
        let (indices, window) = values[1..].split_at(self.indices.len());
        let window = self.window.map(|_| (window[0], window[1]));
        Self { array: values[0], indices: indices.to_vec(), window, ..self.clone() }
    }

    /// The array, and the indices that lead to the part.
    pub(super) fn place(&self) -> Vec<ValueId> {
        std::iter::once(self.array).chain(self.indices.iter().copied()).collect()
    }

    /// What leads to the part, or to the array that it is a range of.
    pub(super) fn path(&self) -> &Rc<Member> {
        &self.member
    }

    /// Of a range of elements, the first one and how many there are.
    pub(super) fn range(&self) -> Option<(ValueId, ValueId)> {
        self.window
    }

    /// Whether another view differs from it in values alone.
    fn is_like(&self, other: &Self) -> bool {
        self.is_reached_as(other) && self.window.is_some() == other.window.is_some()
    }

    pub(super) fn is_reached_as(&self, other: &Self) -> bool {
        self.member.key == other.member.key && self.indices.len() == other.indices.len()
    }

    /// Whether it is a range of the elements.
    pub(super) fn is_range(&self) -> bool {
        self.window.is_some()
    }

    pub(super) fn is_tuple(&self) -> bool {
        matches!(self.shape, Shape::Tuple(_))
    }

    /// How many elements there are, if the macro knows.
    pub(super) fn known_length(&self) -> Option<usize> {
        match (&self.shape, self.window) {
            (Shape::Array(_, length), None) => length.known(),
            _ => None,
        }
    }

    /// The length in the type of an array, if it is all of one.
    pub(super) fn array_length(&self) -> Option<Length> {
        match (&self.shape, self.window) {
            (Shape::Array(_, length), None) => Some(length.clone()),
            _ => None,
        }
    }

    /// The components of a tuple.
    pub(super) fn components(&self) -> Vec<Self> {
        let Shape::Tuple(shapes) = &self.shape else { return Vec::new() };
        let components = shapes.iter().enumerate().map(|(number, shape)| Self {
            member: Rc::new(self.member.component(number)),
            shape: shape.clone(),
            ..self.clone()
        });
        components.collect()
    }

    fn element_shape(&self) -> Option<&Shape> {
        match &self.shape {
            Shape::Array(element, _) | Shape::Slice(element) => Some(element),
            _ => None,
        }
    }
}

impl Lowerer<'_> {
    /// How many elements a view has.
    pub(super) fn length_of(&mut self, view: &View) -> ValueId {
        if let Some((_, length)) = view.window {
            return length;
        }
        if let Some(length) = view.length {
            return length;
        }
        if let Shape::Array(_, length) = &view.shape {
            return match length.known() {
                Some(known) => self.size_node(known),
                None => {
                    let template = Template::new().tokens(length.tokens());
                    self.node_of(template, Precedence::Postfix)
                }
            };
        }
        let mut template = Template::new().hole(view.array, Precedence::Postfix);
        template.pieces.extend(shifted(&view.member.pieces));
        template.operands.extend(&view.indices);
        self.node_of(template.tokens(quote!(.len())), Precedence::Postfix)
    }

    /// The element of a view at an index.
    pub(super) fn element_of(&mut self, view: &View, index: ValueId) -> Val {
        match self.place_in(view, index) {
            Some(part) => self.part_at(&part),
            None => Val::Poison,
        }
    }

    /// The part of a view at an index.
    pub(super) fn place_in(&mut self, view: &View, index: ValueId) -> Option<View> {
        let shape = view.element_shape()?.clone();
        let position = match view.window {
            Some((start, _)) => self.integer_sum(start, index),
            None => index,
        };
        let mut indices = view.indices.clone();
        let member = match self.known_size(&Val::Node(position)) {
            Some(known) => view.member.element(known),
            None => {
                indices.push(position);
                view.member.then(&Member::computed_element())
            }
        };
        Some(View { array: view.array, member: Rc::new(member), indices, shape, window: None, length: None })
    }

    /// What is in a part: a float or a struct is loaded, a tuple is taken apart.
    fn part_at(&mut self, part: &View) -> Val {
        match &part.shape {
            Shape::Scalar(_) => {
                let operands = std::iter::once(part.array).chain(part.indices.iter().copied()).collect();
                let id = self.builder.load(Rc::clone(&part.member), operands);
                self.set_varied(id, self.is_varied(part.array));
                Val::Node(id)
            }
            Shape::Tuple(_) => {
                Val::Tuple(part.components().iter().map(|component| self.part_at(component)).collect())
            }
            Shape::Struct(_) => {
                let operands = std::iter::once(part.array).chain(part.indices.iter().copied()).collect();
                let id = self.builder.load(Rc::clone(&part.member), operands);
                self.set_varied(id, self.is_varied(part.array));
                self.note_whole(id);
                Val::Node(id)
            }
            _ => Val::View(part.clone()),
        }
    }

    /// A part as an array of its own, which can be changed.
    pub(super) fn separate(&mut self, view: &View) -> View {
        if view.is_whole() || view.window.is_some() || !matches!(view.shape, Shape::Array(..)) {
            return view.clone();
        }
        let operands = std::iter::once(view.array).chain(view.indices.iter().copied()).collect();
        let array = self.builder.load_array(Rc::clone(&view.member), operands);
        self.set_varied(array, self.is_varied(view.array));
        self.note_size(array, &view.shape);
        View::whole(array, view.shape.clone())
    }

    /// Whether a view can be handed on in the form of another one.
    pub(super) fn is_like_form(&self, view: &View, form: &View) -> bool {
        let is_copied = form.is_whole()
            && view.window.is_none()
            && [view, form].iter().all(|view| matches!(view.shape, Shape::Array(..)));
        is_copied || self.is_part_like(view, form)
    }

    /// Whether a view can be handed on in the form of another one, as a part of the array that it is a part of.
    pub(super) fn is_part_like(&self, view: &View, form: &View) -> bool {
        let is_reached = view.is_like(form) || view.is_reached_as(form) && form.window.is_some();
        is_reached && !self.are_apart(view.array, form.array)
    }

    /// Whether two arrays are not both versions of one, and one is a slice, which is not handed on as a value.
    fn are_apart(&self, a: ValueId, b: ValueId) -> bool {
        let graph = self.builder.graph();
        let origins = [a, b].map(|id| graph.origin_of_array(id));
        let is_slice = |id: &ValueId| match graph.value(*id).op {
            Op::Parameter(number) => {
                // What is in one that the function changes is a value.
                let is_changed = self.changed_arrays.iter().any(|(parameter, _)| parameter == id);
                let array = self.parameters[number].array.as_ref();
                !is_changed && array.is_some_and(|array| !array.is_copy)
            }
            _ => false,
        };
        origins[0] != origins[1] && origins.iter().any(is_slice)
    }

    /// A view in the form of another one, which it fits.
    pub(super) fn in_form_of(&mut self, view: &View, form: &View) -> View {
        if !self.is_part_like(view, form) {
            self.separate(view)
        } else if view.is_like(form) {
            view.clone()
        } else {
            let (start, length) = (self.size_node(0), self.length_of(view));
            self.narrowed_to(view, start, length)
        }
    }

    /// The elements of a view of few elements.
    pub(super) fn listed(&mut self, view: &View) -> Option<Vec<Val>> {
        let length = match (view.window, view.length) {
            (Some((_, length)), _) | (None, Some(length)) => self.known_size(&Val::Node(length)),
            (None, None) => view.known_length(),
        };
        let length = length.filter(|&length| self.is_few(length))?;
        let elements = (0..length).map(|position| {
            let index = self.size_node(position);
            self.element_of(view, index)
        });
        Some(elements.collect())
    }

    /// Whether a view that is no range has so few elements that each can be a value.
    pub(super) fn is_listed(&self, view: &View) -> bool {
        view.known_length().is_some_and(|length| self.is_few(length))
    }

    fn is_few(&self, length: usize) -> bool {
        length <= LONGEST_LISTED.max(self.decisions.longest)
    }

    /// `array[a..b]`.
    pub(super) fn window_of(&mut self, view: &View, range: &ExprRange) -> Val {
        let start = match &range.start {
            Some(start) => self.expression(start),
            None => self.size(0),
        };
        let end = match &range.end {
            Some(end) => self.expression(end),
            None => Val::Node(self.length_of(view)),
        };
        let (Val::Node(start), Val::Node(last)) = (start, end) else { return Val::Poison };
        let is_closed = range.end.is_some() && matches!(range.limits, RangeLimits::Closed(_));
        let total = self.length_of(view);
        self.assert_range(start, last, total, is_closed);
        let end = if is_closed {
            let one = self.size_node(1);
            self.integer_sum(last, one)
        } else {
            last
        };
        Val::View(self.narrowed(view, start, end))
    }

    /// The elements from one index to another.
    pub(super) fn narrowed(&mut self, view: &View, start: ValueId, end: ValueId) -> View {
        let length = self.integer_difference(end, start);
        self.narrowed_to(view, start, length)
    }

    /// The elements from one index to another, of which there are so many.
    pub(super) fn narrowed_to(&mut self, view: &View, start: ValueId, length: ValueId) -> View {
        let start = match view.window {
            Some((first, _)) => self.integer_sum(first, start),
            None => start,
        };
        View { window: Some((start, length)), ..view.clone() }
    }

    /// Panics where slicing would.
    pub(super) fn assert_range(&mut self, start: ValueId, end: ValueId, total: ValueId, is_closed: bool) {
        let mut condition = Template::new();
        if self.known_size(&Val::Node(start)) != Some(0) {
            // A closed range may end right before it starts.
            condition = if is_closed {
                let start = condition.hole(start, Precedence::BitOr).tokens(quote!(<=));
                start.hole(end, Precedence::Sum).tokens(quote!(+ 1))
            } else {
                self.at_most(condition, start, end)
            };
            condition = condition.tokens(quote!(&&));
        }
        condition = if is_closed {
            condition.hole(end, Precedence::BitOr).tokens(quote!(<)).hole(total, Precedence::BitOr)
        } else {
            self.at_most(condition, end, total)
        };
        self.assert_that(condition, "range out of bounds");
    }

    /// `a <= b`; `a + 1 <= b` is written as `a < b`, and so is `a <= b - 1`.
    fn at_most(&self, before: Template, left: ValueId, right: ValueId) -> Template {
        let (left, symbol, right) = match (self.neighbour(left, "+"), self.neighbour(right, "-")) {
            (Some(left), _) => (left, quote!(<), right),
            (None, Some(right)) => (left, quote!(<), right),
            (None, None) => (left, quote!(<=), right),
        };
        before.hole(left, Precedence::BitOr).tokens(symbol).hole(right, Precedence::BitOr)
    }

    /// What one is added to, or taken from, to make an integer.
    fn neighbour(&self, id: ValueId, step: &str) -> Option<ValueId> {
        let graph = self.builder.graph();
        let value = graph.value(id);
        let Op::Opaque(opaque) = &value.op else { return None };
        let [Piece::Hole(0, _), Piece::Tokens(symbol), Piece::Hole(1, _)] = opaque.pieces.as_slice() else {
            return None;
        };
        let is_one = graph.known_literal(value.operands[1]).is_some_and(|(known, _)| known == 1);
        (is_one && symbol.to_string() == step).then(|| value.operands[0])
    }

    /// The array of a view with another value in the part that the indices lead to. `None` for what does not fit.
    pub(super) fn stored_at(&mut self, view: &View, indices: &[ValueId], value: &Val) -> Option<ValueId> {
        let mut part = view.clone();
        for &index in indices {
            part = self.place_in(&part, index)?;
        }
        self.stored_in(&part, value)
    }

    pub(super) fn stored_in(&mut self, part: &View, value: &Val) -> Option<ValueId> {
        match (&part.shape, value) {
            (Shape::Scalar(scalar), Val::Node(id)) => {
                let value = self.real(*id);
                if let Ty::Real(found) = self.ty(value) {
                    self.types.unify(found, *scalar);
                }
                let indices = part.indices.iter().copied();
                let operands = std::iter::once(part.array).chain(indices).chain([value]).collect();
                let varied = self.is_varied(part.array) || self.is_varied(value);
                let array = self.builder.store(Rc::clone(&part.member), operands);
                self.set_varied(array, varied);
                Some(array)
            }
            (Shape::Tuple(shapes), Val::Tuple(values)) if shapes.len() == values.len() => {
                let mut array = part.array;
                for (component, value) in part.components().iter().zip(values) {
                    array = self.stored_in(&component.of(array), value)?;
                }
                Some(array)
            }
            (Shape::Array(..), Val::View(source)) => {
                let source = self.separate(source);
                let indices = part.indices.iter().copied();
                let operands = std::iter::once(part.array).chain(indices).chain([source.array]).collect();
                let varied = self.is_varied(part.array) || self.is_varied(source.array);
                let array = self.builder.store(Rc::clone(&part.member), operands);
                self.set_varied(array, varied);
                source.is_whole().then_some(array)
            }
            (Shape::Array(..), value) => {
                let length = part.known_length()?;
                let values = match value {
                    Val::Array(values) if values.len() == length => values.clone(),
                    Val::View(source) => self.listed(source).filter(|values| values.len() == length)?,
                    _ => return None,
                };
                let mut array = part.array;
                for (position, value) in values.iter().enumerate() {
                    let index = self.size_node(position);
                    array = self.stored_at(&part.of(array), &[index], value)?;
                }
                Some(array)
            }
            _ => None,
        }
    }

    /// Notes how many floats an array of this shape holds.
    pub(super) fn note_size(&mut self, array: ValueId, shape: &Shape) {
        if shape.has_known_size() {
            self.builder.note_size(array, shape.size());
        }
    }
}

/// Pieces whose holes come after the first one.
pub(super) fn shifted(pieces: &[Piece]) -> Vec<Piece> {
    let shift = |piece: &Piece| match piece {
        Piece::Hole(number, around) => Piece::Hole(number + 1, *around),
        Piece::Group(delimiter, inside) => Piece::Group(*delimiter, shifted(inside)),
        other => other.clone(),
    };
    pieces.iter().map(shift).collect()
}
