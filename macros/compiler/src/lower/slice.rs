//! Methods of slices, and of arrays that are one value.

use std::rc::Rc;

use syn::{Expr, ExprMethodCall};

use super::option::End;
use super::place::Place;
use super::stream::{Cut, Stream};
use super::view::View;
use super::{Lowerer, Val};
use crate::graph::Comparison;

impl Lowerer<'_> {
    /// Methods of slices that are no iterators' methods.
    pub(super) fn slice_method(&mut self, call: &ExprMethodCall, receiver: &Val) -> Option<Val> {
        let Val::View(view) = receiver else { return None };
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let elements = Stream::Elements(view.clone());
        Some(match (name.as_str(), arguments.as_slice()) {
            ("len", []) => Val::Node(self.length_of(view)),
            ("is_empty", []) => {
                let (length, zero) = (self.length_of(view), self.size_node(0));
                Val::Node(self.compared(Comparison::Equal, length, zero))
            }
            ("first", []) => {
                let first = self.size_node(0);
                self.item_at(&elements, first)
            }
            ("last", []) => self.last_item(&elements),
            ("get", [Expr::Range(_)]) => return None,
            ("get", [index]) => match self.expression(index) {
                Val::Node(index) => self.item_at(&elements, index),
                _ => Val::Poison,
            },
            ("split_first", []) => self.split_off(view, End::First),
            ("split_last", []) => self.split_off(view, End::Last),
            ("as_slice" | "as_ref" | "to_owned" | "clone", []) => receiver.clone(),
            ("windows" | "chunks" | "chunks_exact" | "rchunks" | "rchunks_exact", [size]) => {
                let Val::Node(size) = self.expression(size) else { return Some(Val::Poison) };
                let cut = Cut { is_exact: name.ends_with("exact"), is_from_end: name.starts_with('r') };
                let stream = match name.as_str() {
                    "windows" => Stream::Windows(view.clone(), size),
                    _ => Stream::Chunks(view.clone(), size, cut),
                };
                Val::Stream(Rc::new(stream))
            }
            ("split_at", [middle]) => {
                let Val::Node(middle) = self.expression(middle) else { return Some(Val::Poison) };
                let (start, length) = (self.size_node(0), self.length_of(view));
                self.assert_range(start, middle, length, false);
                let parts = [(start, middle), (middle, length)];
                Val::Tuple(parts.map(|(start, end)| Val::View(self.narrowed(view, start, end))).into())
            }
            _ => return None,
        })
    }

    /// Methods that change an array that is one value. `None` for those that are not known here.
    pub(super) fn mutating_view_method(
        &mut self,
        call: &ExprMethodCall,
        view: &View,
        place: &Place,
        arguments: &[&Expr],
    ) -> Option<Val> {
        let at = &call.method;
        let places = Stream::Places(view.clone(), place.clone());
        match (call.method.to_string().as_str(), arguments) {
            ("iter_mut", []) => Some(Val::Stream(Rc::new(places))),
            ("as_mut_slice", []) => Some(Val::Place(place.clone())),
            ("swap", [a, b]) => {
                let (a, b) = (self.expression(a), self.expression(b));
                Some(self.swapped(place, &a, &b, at))
            }
            ("fill", [value]) => {
                let value = self.expression(value);
                Some(self.for_each(&places, None, None, &|lowerer, element| {
                    if let Val::Place(element) = element {
                        lowerer.write(&element, value.clone(), at);
                    }
                }))
            }
            ("copy_from_slice" | "clone_from_slice", [source]) => {
                let source = self.expression(source);
                let Some(source) = self.stream_of(&source) else { return Some(Val::Poison) };
                let both = Stream::Zip(Rc::new(places), Rc::new(source));
                Some(self.for_each(&both, None, None, &|lowerer, pair| {
                    if let Val::Tuple(pair) = pair
                        && let [Val::Place(element), value] = &pair[..]
                    {
                        lowerer.write(element, value.clone(), at);
                    }
                }))
            }
            _ => None,
        }
    }

    /// Exchanges two elements of what a place holds.
    pub(super) fn swapped(&mut self, place: &Place, first: &Val, second: &Val, at: &syn::Ident) -> Val {
        let (Val::Node(first), Val::Node(second)) = (first, second) else { return Val::Poison };
        let length = match self.read(place) {
            Val::Array(parts) => parts.len(),
            _ => 0,
        };
        let [first, second] = [*first, *second].map(|index| {
            let known = self.known_size(&Val::Node(index)).filter(|&known| known < length);
            match known {
                Some(known) => place.clone().at(known),
                None => place.clone().at_computed(index),
            }
        });
        let (old, new) = (self.read(&first), self.read(&second));
        self.write(&first, new, at);
        self.write(&second, old, at);
        Val::Unit
    }
}
