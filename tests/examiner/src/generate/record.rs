//! Structs: their definitions, values, and what is done with their fields.

use std::sync::Arc;

use super::Generator;
use super::domain::lit;
use crate::ast::{Block, Expr, Field, Name, Parameter, Pat, Record, RecordPat, SELF, Stmt, Struct, Ty};
use crate::check::reads_field;
use crate::features::{Feature, Scalar};

const NAMES: &[Name] = &["State", "Params", "Pair"];
const FIELDS: &[Name] = &["x", "v", "mass", "rate", "pos", "w"];
const POSITIONS: &[Name] = &["0", "1", "2", "3", "4"];

/// The most reals of one struct.
const LARGEST: usize = 5;

impl Generator {
    pub(super) fn make_structs(&mut self) {
        if !self.has(Feature::Structs) || self.rng.chance(40) {
            return;
        }
        for &name in &NAMES[..self.rng.pick(&[1, 1, 2, 2, 3])] {
            let of = self.definition(name);
            self.structs.push(Arc::new(of));
        }
    }

    fn definition(&mut self, name: Name) -> Struct {
        let is_generic = self.scalar == Scalar::Generic || self.rng.chance(20);
        let is_copy = self.rng.chance(70);
        let is_tuple = self.rng.chance(25);
        let names = if is_tuple { POSITIONS } else { FIELDS };
        let mut fields: Vec<Field> = Vec::new();
        let mut room = LARGEST;
        for &name in &names[..=self.rng.below(4)] {
            let (ty, constant) = self.field_type(is_generic, is_copy);
            if ty.reals() > room {
                continue;
            }
            room -= if constant { 0 } else { ty.reals() };
            fields.push(Field { name, ty, constant });
        }
        if !fields.iter().any(|field| !field.constant && field.ty.reals() > 0) {
            let free = names.iter().find(|name| fields.iter().all(|field| field.name != **name));
            let name = free.expect("fewer fields than names");
            fields.push(Field { name, ty: Ty::Real, constant: false });
        }
        if is_tuple {
            fields.iter_mut().zip(POSITIONS).for_each(|(field, position)| field.name = position);
        }
        Struct { name, fields, is_tuple, is_copy, is_generic }
    }

    fn field_type(&mut self, is_generic: bool, is_copy: bool) -> (Ty, bool) {
        let fits = |of: &&Arc<Struct>| (of.is_generic || !is_generic) && (of.is_copy || !is_copy);
        let nested: Vec<Arc<Struct>> = self.structs.iter().filter(fits).cloned().collect();
        let arrays = if self.has(Feature::Arrays) { 3 } else { 0 };
        let integers = if self.has(Feature::Integers) { 2 } else { 0 };
        // Differences see through what is held constant.
        let held = if self.has(Feature::Hold) { 2 } else { 0 };
        match self.rng.weighted(&[10, arrays, if nested.is_empty() { 0 } else { 4 }, integers, held]) {
            1 => (Ty::array(Ty::Real, self.rng.pick(&[2, 2, 3])), false),
            2 => (Ty::Struct(nested[self.rng.below(nested.len())].clone()), false),
            3 => (Ty::Int, true),
            4 => (Ty::Real, true),
            _ => (Ty::Real, false),
        }
    }

    /// Those that can be written here.
    fn own_structs(&self) -> Vec<Arc<Struct>> {
        let fits = |of: &&Arc<Struct>| of.is_generic || self.scalar != Scalar::Generic;
        self.structs.iter().filter(fits).cloned().collect()
    }

    /// A type of a parameter with a struct in it.
    pub(super) fn struct_param(&mut self) -> Option<Ty> {
        let structs = self.own_structs();
        let of = structs.get(self.rng.below(structs.len().max(1)))?.clone();
        let (copies, ty) = (of.is_copy, Ty::Struct(of));
        Some(match self.rng.below(10) {
            0..4 if copies => ty,
            4 if copies && self.has(Feature::Arrays) => Ty::array(ty, 2),
            _ => Ty::Ref(Box::new(ty)),
        })
    }

    /// A struct that can be copied.
    pub(super) fn copied_struct(&mut self) -> Option<Ty> {
        let structs: Vec<Arc<Struct>> = self.own_structs().into_iter().filter(|of| of.is_copy).collect();
        structs.get(self.rng.below(structs.len().max(1))).cloned().map(Ty::Struct)
    }

    /// A literal.
    pub(super) fn record(&mut self, of: &Arc<Struct>, depth: usize) -> Expr {
        let mut bases = if of.is_tuple { Vec::new() } else { self.places(&Ty::Struct(of.clone())) };
        // What a closure or a field refers to may not be moved out of.
        bases.retain(|base| matches!(base, Expr::Var(_)));
        let copies = |field: &Field| field.ty.is_copy();
        let with_base = !bases.is_empty() && of.fields.iter().all(copies) && self.rng.chance(25);
        let kept = if with_base { self.rng.below(of.fields.len()) } else { of.fields.len() };
        let mut fields = Vec::new();
        for (index, field) in of.fields.iter().enumerate() {
            if with_base && index == kept {
                continue;
            }
            let value =
                if field.constant { self.passive(&field.ty) } else { self.value_of(&field.ty, depth) };
            fields.push((field.name, value));
        }
        if !of.is_tuple && self.rng.chance(20) {
            fields.reverse();
        }
        // Only a plain variable can be named behind values that may change it.
        let base = if with_base { Some(Box::new(bases[self.rng.below(bases.len())].clone())) } else { None };
        Expr::Record(Record { of: of.clone(), fields, base })
    }

    /// A value that depends on nothing that is differentiated with respect to.
    fn passive(&mut self, ty: &Ty) -> Expr {
        match ty {
            Ty::Int => Expr::Int(self.rng.int(0, 3)),
            _ if !self.consts.is_empty() && self.rng.chance(30) => Expr::Const(self.consts[0]),
            _ => lit(self.rng.pick(&["0.5", "1.5", "2.0"])),
        }
    }

    pub(super) fn struct_value(&mut self, of: &Arc<Struct>, depth: usize) -> Expr {
        let same = self.readable(&Ty::Struct(of.clone()));
        if !same.is_empty() && self.rng.chance(40) {
            return same[self.rng.below(same.len())].clone();
        }
        self.record(of, depth.min(2))
    }

    /// A local struct, or one that is taken apart, or changed as a whole.
    pub(super) fn around_structs(&mut self, depth: usize) -> Option<Stmt> {
        let structs = self.own_structs();
        let of = structs.get(self.rng.below(structs.len().max(1)))?.clone();
        let ty = Ty::Struct(of.clone());
        if self.rng.chance(40)
            && let Some(stmt) = self.let_field(&of)
        {
            return Some(stmt);
        }
        let same = self.readable(&ty);
        if of.is_copy && !same.is_empty() && self.rng.chance(30) {
            let place = same[self.rng.below(same.len())].clone();
            let pat = self.record_pattern(&of);
            return Some(Stmt::Let(pat, None, place));
        }
        let targets = self.assignable(&ty);
        if of.is_copy && !targets.is_empty() && self.has(Feature::Mutation) && self.rng.chance(40) {
            let name = self.rng.pick(&targets);
            let value = match self.called_struct(&ty, depth) {
                Some(call) if self.rng.chance(60) => call,
                _ => self.struct_value(&of, depth),
            };
            return Some(Stmt::Assign(name, None, value));
        }
        let value = if of.is_copy { self.struct_value(&of, depth) } else { self.record(&of, depth) };
        let (name, mutable) = (self.name(), self.chance(Feature::Mutation, 60));
        let annotation = self.chance(Feature::Annotations, 20).then(|| ty.clone());
        self.bind(name, ty, mutable);
        Some(Stmt::Let(if mutable { Pat::BindMut(name) } else { Pat::Bind(name) }, annotation, value))
    }

    /// A binding of a field with its type, which cannot be seen otherwise.
    fn let_field(&mut self, of: &Arc<Struct>) -> Option<Stmt> {
        let places = self.places(&Ty::Struct(of.clone()));
        let place = places.get(self.rng.below(places.len().max(1)))?.clone();
        let typed: Vec<&Field> =
            of.fields.iter().filter(|field| !matches!(field.ty, Ty::Real | Ty::Struct(_))).collect();
        let field = (*typed.get(self.rng.below(typed.len().max(1)))?).clone();
        let (name, mutable) = (self.name(), field.ty != Ty::Int && self.chance(Feature::Mutation, 30));
        self.bind(name, field.ty.clone(), mutable);
        let pat = if mutable { Pat::BindMut(name) } else { Pat::Bind(name) };
        Some(Stmt::Let(pat, Some(field.ty), Expr::Member(Box::new(place), field.name)))
    }

    fn record_pattern(&mut self, of: &Arc<Struct>) -> Pat {
        let mut fields = Vec::new();
        let mut names = Vec::new();
        for field in &of.fields {
            let seen = matches!(field.ty, Ty::Real | Ty::Struct(_));
            if !of.is_tuple && (!seen || self.rng.chance(20)) {
                continue;
            }
            if !seen {
                fields.push((field.name, Pat::Wild));
                continue;
            }
            let shorthand = !of.is_tuple && !names.contains(&field.name) && self.rng.chance(50);
            let name = if shorthand { field.name } else { self.distinct(&mut names) };
            if shorthand {
                names.push(name);
            }
            self.bind(name, field.ty.clone(), false);
            fields.push((field.name, Pat::Bind(name)));
        }
        let rest = fields.len() < of.fields.len();
        Pat::Record(RecordPat { of: of.clone(), fields, rest })
    }
}

/// Reads a field of each struct among the parameters that the body does not use: the macro would not take it for a
/// struct.
pub(super) fn use_structs(params: &[Parameter], mut body: Block) -> Block {
    for param in params {
        if param.name == SELF || !param.ty.has_struct(&|_| true) || reads_field(param.name, &body) {
            continue;
        }
        let mut place = Expr::Var(param.name);
        let mut ty = &param.ty;
        while let Some((element, _)) = ty.element() {
            place = Expr::Index(Box::new(place), Box::new(Expr::Size(0)));
            ty = element;
        }
        let of = ty.record().expect("a struct in an array");
        let copied = of.fields.iter().find(|field| field.ty.is_copy());
        // Of a struct that has nothing but structs, any field of the first will do.
        let Some(field) = copied else { continue };
        let read = Expr::Member(Box::new(place), field.name);
        body.stmts.insert(0, Stmt::Let(Pat::Bind("_unused"), Some(field.ty.clone()), read));
    }
    body
}
