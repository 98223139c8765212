//! The parameters of a program.

use super::Generator;
use crate::ast::{Form, Name, Parameter, Ty};
use crate::features::Feature;
use crate::oracle::{ACTIVE, CURVED};
use crate::points::SIZES;

impl Generator {
    pub(super) fn params(&mut self) -> Vec<Parameter> {
        let mut types = self.real_types();
        self.add_structs(&mut types);
        for (feature, ty, percent) in [
            (Feature::Integers, Ty::Int, 45),
            (Feature::Integers, Ty::Int, 10),
            (Feature::Logic, Ty::Bool, 25),
            (Feature::Options, Ty::Opt, 25),
            (Feature::Arrays, Ty::Size, 30),
            (Feature::Arrays, Ty::array(Ty::Size, SIZES), 10),
            (Feature::Rolled, Ty::Run(Box::new(Ty::Size), 3, Form::Slice), 12),
        ] {
            if self.chance(feature, percent) {
                let place = self.rng.below(types.len() + 1);
                types.insert(place, ty);
            }
        }
        let mut names: [&[Name]; 6] = [
            &["x", "y", "z", "w"],
            &["n", "m"],
            &["flag", "on"],
            &["opt", "choice"],
            &["k"],
            &["order", "picks"],
        ];
        let mut params: Vec<Parameter> = Vec::new();
        for ty in types {
            let pool = &mut names[match ty {
                Ty::Int => 1,
                Ty::Bool => 2,
                Ty::Opt => 3,
                Ty::Size => 4,
                ref ty if ty.reals() == 0 => 5,
                _ => 0,
            }];
            let (name, rest) = pool.split_first().expect("enough names");
            *pool = rest;
            if ty.is_sized() && self.sized.is_none() {
                self.sized = Some(self.scope.len());
            }
            let percent = if matches!(ty, Ty::Array(..) | Ty::Run(..)) { 25 } else { 10 };
            let can_change = ty != Ty::array(Ty::Size, SIZES)
                && !matches!(
                    ty,
                    Ty::Ref(_) | Ty::Tuple(_) | Ty::Size | Ty::Run(_, _, Form::Slice | Form::Borrowed)
                );
            let mutable = can_change && self.chance(Feature::Mutation, percent);
            if ty == Ty::Size {
                self.bind_counter(name, ty.clone(), (0, SIZES - 1), false);
            } else {
                self.bind(name, ty.clone(), mutable);
            }
            params.push(Parameter { name, active: ty.reals() > 0, ty, mutable });
        }
        debug_assert!(params.iter().map(|param| param.ty.reals()).sum::<usize>() <= ACTIVE);
        let reals = params.iter().filter(|param| param.ty.reals() > 0).count();
        let percent = if self.structs.is_empty() { 12 } else { 30 };
        if reals > 1 && self.chance(Feature::Wrt, percent) {
            let keep = self.rng.below(reals);
            let reals = params.iter_mut().filter(|param| param.ty.reals() > 0);
            for (index, param) in reals.enumerate() {
                param.active = index == keep || self.rng.chance(40);
            }
        }
        for param in params.iter().filter(|param| !param.mutable) {
            let binding = self.scope.iter_mut().find(|binding| binding.name == param.name);
            let binding = binding.expect("it was bound");
            binding.varies = Some(param.active);
        }
        params
    }

    /// Puts structs among the types, or in their place.
    fn add_structs(&mut self, types: &mut Vec<Ty>) {
        let most = if self.has(Feature::Modes) { CURVED } else { ACTIVE };
        let reals = |types: &[Ty]| types.iter().map(Ty::reals).sum::<usize>();
        for _ in 0..self.rng.pick(&[1, 1, 2]) {
            let Some(ty) = self.struct_param().filter(|_| self.rng.chance(70)) else { continue };
            if reals(types) + ty.reals() > most || types.len() == 4 {
                types.truncate(1);
            }
            if reals(types) + ty.reals() <= most {
                let place = self.rng.below(types.len() + 1);
                types.insert(place, ty);
            }
        }
    }

    /// The types of the parameters that carry reals.
    fn real_types(&mut self) -> Vec<Ty> {
        if !self.has(Feature::Arrays) || self.rng.chance(15) {
            let count = 1 + self.rng.weighted(&[3, 5, 3, 1]);
            return vec![Ty::Real; count];
        }
        let mut types = Vec::new();
        let runs = self.result == Ty::Real && self.chance(Feature::Rolled, 75);
        let mut room = if self.has(Feature::Modes) { CURVED } else { ACTIVE };
        if runs {
            for _ in 0..=self.rng.below(2) {
                let ty = self.run_type(room);
                if ty.reals() <= room {
                    room -= ty.reals();
                    types.push(ty);
                }
            }
            if self.rng.chance(70) {
                return self.with_scalars(types, room);
            }
        }
        for _ in 0..=self.rng.weighted(&[4, 5, 2]) {
            let ty = self.array_type();
            if ty.reals() <= room {
                room -= ty.reals();
                types.push(ty);
            }
        }
        if types.is_empty() {
            types.push(Ty::array(Ty::Real, 3));
            room -= 3;
        }
        self.with_scalars(types, room)
    }

    /// The types, with some scalars among them.
    fn with_scalars(&mut self, mut types: Vec<Ty>, mut room: usize) -> Vec<Ty> {
        while room > 0 && types.len() < 4 && self.rng.chance(40) {
            let place = self.rng.below(types.len() + 1);
            types.insert(place, Ty::Real);
            room -= 1;
        }
        types
    }

    fn array_type(&mut self) -> Ty {
        let row = |generator: &mut Self| Ty::array(Ty::Real, generator.rng.pick(&[2, 3, 3, 4, 5]));
        let matrix = |generator: &mut Self| {
            let (rows, columns) = (generator.rng.pick(&[2, 2, 3]), generator.rng.pick(&[2, 2, 3]));
            Ty::array(Ty::array(Ty::Real, columns), rows)
        };
        match self.rng.weighted(&[10, 4, 5, 2, if self.has(Feature::Tuples) { 2 } else { 0 }]) {
            0 => row(self),
            1 => Ty::Ref(Box::new(row(self))),
            2 => matrix(self),
            3 => Ty::Ref(Box::new(matrix(self))),
            _ => {
                let array = Ty::array(Ty::Real, self.rng.pick(&[2, 3]));
                Ty::Tuple(if self.rng.chance(50) { vec![array, Ty::Real] } else { vec![Ty::Real, array] })
            }
        }
    }
}
