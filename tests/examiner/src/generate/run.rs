//! Slices whose lengths are not known, loops over them, and loops that end when a condition says so.

use super::Generator;
use super::domain::{boxed, lit};
use super::iter::{Item, Source};
use super::looping::{Loop, separate};
use crate::ast::{Access, Block, Expr, Form, Iter, Name, Op, Pat, Rel, Stmt, Ty};
use crate::features::Feature;
use crate::points::SIZES;

/// How many iterations of such a loop count for the size of the program.
const COUNT: usize = 2;

impl Generator {
    /// The type of a slice parameter, of about so many reals if there is not much room.
    pub(super) fn run_type(&mut self, room: usize) -> Ty {
        let form =
            self.rng.pick(&[Form::Slice, Form::Slice, Form::Slice, Form::Slice, Form::Owned, Form::Borrowed]);
        if room < 8 {
            return Ty::Run(Box::new(Ty::Real), self.rng.pick(&[2, 3, 4]), form);
        }
        let (element, most) =
            match self.rng.weighted(&[8, 1, 1, if self.has(Feature::Tuples) { 2 } else { 0 }]) {
                0 => (Ty::Real, self.rng.pick(&[4, 5])),
                1 => (Ty::array(Ty::Real, 2), 3),
                2 => (Ty::array(Ty::Real, 3), 2),
                _ => (Ty::Tuple(vec![Ty::Real; 2]), 3),
            };
        Ty::Run(Box::new(element), most, form)
    }

    /// What has so many elements as the slice: itself, or the first of the arrays of `N` elements.
    fn bound(&self, run: usize) -> usize {
        if self.scope[run].ty.is_sized() { self.sized.expect("there is one") } else { run }
    }

    /// The slices that can be named, by their places in the scope.
    fn runs(&self) -> Vec<usize> {
        let visible = self.visible();
        let is_run = |binding| visible.iter().any(|other| std::ptr::eq(*other, binding));
        let runs = self.scope.iter().enumerate();
        let runs = runs.filter(|(_, binding)| matches!(binding.ty, Ty::Run(..)) && is_run(*binding));
        runs.map(|(slot, _)| slot).collect()
    }

    /// One of the slices of reals.
    pub(super) fn any_run(&mut self) -> Option<usize> {
        let mut runs = self.runs();
        runs.retain(|&run| self.scope[run].ty.reals() > 0);
        (!runs.is_empty()).then(|| self.rng.pick(&runs))
    }

    fn length_of(&mut self, run: usize) -> Expr {
        if self.scope[run].ty.is_sized() && self.rng.chance(50) {
            return Expr::Dimension;
        }
        Expr::Len(Box::new(Expr::Var(self.scope[run].name)))
    }

    fn most_of(&self, run: usize) -> (Ty, usize) {
        match &self.scope[run].ty {
            Ty::Run(element, most, _) => ((**element).clone(), *most),
            other => unreachable!("{other:?} is no slice"),
        }
    }

    /// The counters that are numbers of elements, with the slices that have these.
    pub(super) fn run_counters(&self) -> Vec<(Name, usize, (usize, usize))> {
        let mut runs = self.runs();
        runs.retain(|&run| self.scope[run].ty.reals() > 0);
        let mut found = Vec::new();
        for binding in self.visible() {
            let Some(range) = binding.range else { continue };
            let own = runs.iter().filter(|run| binding.below.contains(&self.bound(**run)));
            found.extend(own.map(|&run| (binding.name, run, range)));
        }
        found
    }

    /// A real in a slice, at an index that there is.
    pub(super) fn run_element(&mut self) -> Option<Expr> {
        let mut counters = self.run_counters();
        counters.retain(|(_, run, _)| self.scope[*run].carried == 0);
        if counters.is_empty() {
            return self.guarded_element();
        }
        let (name, run, (low, _)) = self.rng.pick(&counters);
        let counter = Expr::Var(name);
        let length = self.length_of(run);
        let index = match self.rng.below(12) {
            0 | 1 => {
                let last = boxed(Op::Sub, length, Expr::Size(1));
                boxed(Op::Sub, last, counter)
            }
            2 => boxed(Op::Div, counter, Expr::Size(2)),
            3 => {
                let next = boxed(Op::Add, counter, Expr::Size(1));
                boxed(Op::Rem, next, length)
            }
            4..=6 if low > 0 => boxed(Op::Sub, counter, Expr::Size(1)),
            _ => counter,
        };
        Some(self.part_of_run(run, index))
    }

    /// An element of a slice where there may be none.
    fn guarded_element(&mut self) -> Option<Expr> {
        if !self.has(Feature::If) || !self.rng.chance(30) {
            return None;
        }
        let run = self.any_run().filter(|run| self.scope[*run].carried == 0)?;
        let index = self.rng.below(3);
        let there = Expr::Cmp(Rel::Gt, Box::new(self.length_of(run)), Box::new(Expr::Size(index)));
        let element = self.part_of_run(run, Expr::Size(index));
        let other = Block::value(lit(self.rng.pick(&["0.5", "0.0", "1.5"])));
        Some(Expr::If(Box::new(there), Block::value(element), other))
    }

    fn part_of_run(&mut self, run: usize, index: Expr) -> Expr {
        let (element, _) = self.most_of(run);
        let place = Expr::Index(Box::new(Expr::Var(self.scope[run].name)), Box::new(index));
        match &element {
            Ty::Tuple(types) => Expr::Field(Box::new(place), self.rng.below(types.len())),
            ty => self.element_of(place, ty),
        }
    }

    /// A slice to go through, or the numbers of its elements.
    pub(super) fn run_source(&mut self, is_loop: bool) -> Option<Source> {
        if self.rng.chance(15)
            && let Some(source) = self.picks()
        {
            return Some(source);
        }
        let run = self.any_run().filter(|run| self.scope[*run].carried == 0)?;
        let (element, most) = self.most_of(run);
        let place = Expr::Var(self.scope[run].name);
        let bound = self.bound(run);
        let part = |size| Item::plain(Ty::Slice(Box::new(element.clone()), size));
        let source =
            |iter, item| Source { iter, item, count: COUNT, exact: true, is_run: true, within: vec![bound] };
        let Ty::Run(_, _, form) = self.scope[run].ty else { unreachable!("it is a slice") };
        let changes = is_loop && !self.in_closure && !self.in_guard && form == Form::Owned;
        if changes && self.scope[run].mutable && self.is_free(&self.scope[run]) && self.rng.chance(30) {
            return Some(source(Iter::Mut(self.scope[run].name), Item::plain(Ty::Mut(Box::new(element)))));
        }
        Some(match self.rng.below(12) {
            0..=3 => {
                let by_reference = Item::plain(Ty::Ref(Box::new(element.clone())));
                let (access, item) = match self.rng.below(3) {
                    0 if form == Form::Owned => (Access::Value, Item::plain(element)),
                    0 => (Access::Value, by_reference),
                    1 => (Access::Iter, by_reference),
                    _ => (Access::Copied, Item::plain(element)),
                };
                source(Iter::Items(Box::new(place), access), item)
            }
            4 => {
                let size = self.rng.pick(&[1, 2, 2, 3]);
                source(Iter::Windows(Box::new(place), size), part(size))
            }
            5 => {
                let size = self.rng.pick(&[1, 2, 2, 3]);
                source(Iter::Chunks(Box::new(place), size), part(size))
            }
            _ => {
                let (low, high, below, high_most) = self.run_range(run, most);
                let lowest = if let Expr::Size(low) = low { low } else { 0 };
                let mut item = Item::counter(Ty::Size, lowest, high_most.max(lowest));
                item.below.clone_from(&below);
                let iter = Iter::Range(Box::new(low), Box::new(high), false);
                Source { within: below, ..source(iter, item) }
            }
        })
    }

    /// The elements of a slice of numbers.
    fn picks(&mut self) -> Option<Source> {
        let picks = self.runs().into_iter().find(|&run| self.scope[run].ty.reals() == 0)?;
        let iter = Iter::Items(Box::new(Expr::Var(self.scope[picks].name)), Access::Copied);
        let item = Item::counter(Ty::Size, 0, SIZES - 1);
        Some(Source { iter, item, count: COUNT, exact: true, is_run: true, within: vec![picks] })
    }

    /// `let mut array = [value; N];`, or a copy of an array of as many elements.
    pub(super) fn let_whole(&mut self) -> Option<Stmt> {
        let owned = |run: &usize| matches!(self.scope[*run].ty, Ty::Run(_, _, Form::Owned));
        let copied: Vec<usize> = self.runs().into_iter().filter(owned).collect();
        let (_, most) = self.most_of(self.sized?);
        let (ty, value) = if !copied.is_empty() && self.rng.chance(50) {
            let run = self.rng.pick(&copied);
            (self.scope[run].ty.clone(), Expr::Var(self.scope[run].name))
        } else {
            let value = if self.rng.chance(60) { lit("0.0") } else { self.real(1) };
            (Ty::Run(Box::new(Ty::Real), most, Form::Owned), Expr::Whole(Box::new(value)))
        };
        let name = self.name();
        self.bind(name, ty, true);
        Some(Stmt::Let(Pat::BindMut(name), None, value))
    }

    /// An element of an array of `N` elements that is assigned to.
    pub(super) fn run_target(&mut self, name: Name) -> Expr {
        let mut counters = self.run_counters();
        counters.retain(|(_, run, _)| self.scope[*run].name == name);
        let (counter, run, _) = self.rng.pick(&counters);
        let counter = Expr::Var(counter);
        let index = if self.rng.chance(20) {
            let last = boxed(Op::Sub, self.length_of(run), Expr::Size(1));
            boxed(Op::Sub, last, counter)
        } else {
            counter
        };
        let (element, _) = self.most_of(run);
        let place = Expr::Index(Box::new(Expr::Var(name)), Box::new(index));
        self.target_element(place, &element)
    }

    /// The bounds of a range of numbers of elements, the slices that have them, and the largest that there can be.
    fn run_range(&mut self, run: usize, most: usize) -> (Expr, Expr, Vec<usize>, usize) {
        let counters = self.run_counters();
        if !counters.is_empty() && self.rng.chance(50) {
            let (name, run, _) = self.rng.pick(&counters);
            let (_, most) = self.most_of(run);
            let below = vec![self.bound(run)];
            let counter = Expr::Var(name);
            return match self.rng.below(3) {
                0 => (Expr::Size(0), counter, below, most - 1),
                1 => (counter, self.length_of(run), below, most - 1),
                _ => (boxed(Op::Add, counter, Expr::Size(1)), self.length_of(run), below, most - 1),
            };
        }
        let low = Expr::Size(self.rng.pick(&[0, 0, 0, 1, 1, 2]));
        let length = self.length_of(run);
        let other = self.any_run().filter(|other| *other != run);
        let below = vec![self.bound(run)];
        match (self.rng.below(6), other) {
            (0..=2, Some(other)) => {
                let shorter = Expr::Least(Box::new(length), Box::new(self.length_of(other)));
                (low, shorter, vec![self.bound(run), self.bound(other)], most - 1)
            }
            (3, _) => (low, boxed(Op::Div, length, Expr::Size(2)), below, most - 1),
            _ => (low, length, below, most - 1),
        }
    }

    /// Has a loop that may be long leave its variables alone, most of the time; gives back which.
    pub(super) fn carry(&mut self) -> Vec<usize> {
        if self.rng.chance(if self.alloc { 75 } else { 15 }) {
            return Vec::new();
        }
        let real = |ty: &Ty| ty.reals() > 0;
        let variables = self.scope.iter().enumerate().filter(|(_, b)| b.mutable && real(&b.ty));
        let variables: Vec<usize> = variables.map(|(slot, _)| slot).collect();
        for &slot in &variables {
            self.scope[slot].carried += 1;
        }
        variables
    }

    /// The loop ends.
    pub(super) fn carried(&mut self, variables: &[usize]) {
        for &slot in variables {
            self.scope[slot].carried -= 1;
        }
    }

    /// `place = place * 0.5 + value;`
    pub(super) fn damped(&mut self, place: Expr, depth: usize) -> Stmt {
        let value = self.real(depth);
        let factor = lit(self.rng.pick(&["0.5", "0.9", "1.25"]));
        let value = boxed(Op::Add, boxed(Op::Mul, place.clone(), factor), value);
        match place {
            Expr::Var(name) => Stmt::Assign(name, None, value),
            place => Stmt::Store(place, None, value),
        }
    }

    /// `if value > largest { largest = value; }`
    pub(super) fn extreme(&mut self) -> Option<Stmt> {
        let targets = self.assignable(&Ty::Real);
        let value = self.real_place()?;
        if targets.is_empty() {
            return None;
        }
        let name = self.rng.pick(&targets);
        let rel = self.rng.pick(&[Rel::Gt, Rel::Lt, Rel::Ge]);
        let better = Expr::Cmp(rel, Box::new(value.clone()), Box::new(Expr::Var(name)));
        let then = Block { stmts: vec![Stmt::Assign(name, None, value)], tail: None };
        Some(Stmt::Do(Expr::If(Box::new(better), then, Block::default())))
    }

    /// A `while` or a `loop` that nobody knows how often it runs, with what it needs before it.
    pub(super) fn conditional(&mut self, depth: usize) -> Vec<Stmt> {
        let carried = self.carry();
        let stmts = match self.rng.below(10) {
            0..=4 => self.counting_while(depth),
            5..=7 => self.real_while(depth),
            _ => self.search(depth),
        };
        self.carried(&carried);
        stmts
    }

    /// It counts, up to the length of a slice or to an argument.
    fn counting_while(&mut self, depth: usize) -> Vec<Stmt> {
        let (low, step) = (self.rng.below(2), self.rng.pick(&[1, 1, 2]));
        let run = self.any_run();
        let sizes: Vec<Name> = self.visible().iter().filter(|b| b.ty == Ty::Size).map(|b| b.name).collect();
        let (end, below, most) = match run {
            Some(run) => (self.length_of(run), vec![self.bound(run)], self.most_of(run).1),
            None if !sizes.is_empty() => (Expr::Var(self.rng.pick(&sizes)), Vec::new(), 4),
            None => (Expr::Size(low + 3), Vec::new(), low + 3),
        };
        let counter = self.name();
        let clashes = matches!(&end, Expr::Var(name) if *name == counter)
            || matches!(&end, Expr::Len(run) if run.root() == Some(counter));
        if clashes {
            return Vec::new();
        }
        let mut stmts = vec![Stmt::Let(Pat::BindMut(counter), None, Expr::Size(low))];
        let (label, mark) = (self.label(), self.scope.len());
        self.bind_counter(counter, Ty::Size, (low, most.max(low + 1) - 1), false);
        self.scope[mark].below = below;
        // What is counted on at once may be left at once.
        let first = self.rng.chance(30);
        if first {
            self.scope[mark].range = Some((low + step, most.max(low + 1) - 1 + step));
            self.scope[mark].below.clear();
        }
        let each = Loop { label, breaks: true, continues: first };
        let mut body = self.body(each, COUNT, depth);
        self.scope.truncate(mark);
        let count = Stmt::Assign(counter, Some(Op::Add), Expr::Size(step));
        if first {
            body.stmts.insert(0, count);
        } else {
            body = separate(body, counter);
            body.stmts.push(count);
        }
        let at = |rel| Expr::Cmp(rel, Box::new(Expr::Var(counter)), Box::new(end.clone()));
        if self.rng.chance(60) {
            stmts.push(Stmt::While(label, at(Rel::Lt), body));
        } else {
            let stop = Block { stmts: vec![Stmt::Break(None)], tail: None };
            body.stmts.insert(0, Stmt::Do(Expr::If(Box::new(at(Rel::Ge)), stop, Block::default())));
            stmts.push(Stmt::Loop(label, body));
        }
        self.bind_counter(counter, Ty::Size, (low, most.max(low) + step), false);
        stmts
    }

    /// `let name = loop { … };`, which ends with the elements of a slice or when a condition holds.
    fn search(&mut self, depth: usize) -> Vec<Stmt> {
        let run = self.any_run();
        let (end, below, most) = match run {
            Some(run) => (self.length_of(run), vec![self.bound(run)], self.most_of(run).1),
            None => (Expr::Size(3), Vec::new(), 3),
        };
        let counter = self.name();
        if matches!(&end, Expr::Len(run) if run.root() == Some(counter)) {
            return Vec::new();
        }
        let mut stmts = vec![Stmt::Let(Pat::BindMut(counter), None, Expr::Size(0))];
        let mark = self.scope.len();
        self.bind_counter(counter, Ty::Size, (0, most - 1), false);
        self.scope[mark].below = below;
        let each = Loop { label: None, breaks: false, continues: false };
        let body = self.body(each, COUNT, depth);
        // They are in the loop, too.
        self.loops.push(each);
        let (exhausted, found, result) = (self.real(1), self.boolean(1), self.real(1));
        self.loops.pop();
        self.scope.truncate(mark);
        let leave = |cond, value| {
            let then = Block { stmts: vec![Stmt::BreakWith(value)], tail: None };
            Stmt::Do(Expr::If(Box::new(cond), then, Block::default()))
        };
        let at_end = Expr::Cmp(Rel::Ge, Box::new(Expr::Var(counter)), Box::new(end));
        let mut body = separate(body, counter);
        body.stmts.insert(0, leave(at_end, exhausted));
        body.stmts.insert(1, leave(found, result));
        body.stmts.push(Stmt::Assign(counter, Some(Op::Add), Expr::Size(1)));
        self.bind_counter(counter, Ty::Size, (0, most), false);
        let name = self.name();
        self.bind(name, Ty::Real, false);
        stmts.push(Stmt::Let(Pat::Bind(name), None, Expr::Loop(body)));
        stmts
    }

    /// A part of a slice.
    pub(super) fn let_cut(&mut self) -> Option<Stmt> {
        let run = self.any_run().filter(|run| !self.scope[*run].mutable)?;
        let (element, most) = self.most_of(run);
        let length = self.length_of(run);
        let counters = self.run_counters();
        let counter = counters.iter().find(|(_, other, _)| *other == run).map(|(name, ..)| Expr::Var(name));
        let place = match counter {
            Some(counter) if self.rng.chance(60) => counter,
            _ => boxed(Op::Div, length, Expr::Size(2)),
        };
        let array = Box::new(Expr::Var(self.scope[run].name));
        let cut = match self.rng.below(2) {
            0 => Expr::Cut(array, Some(Box::new(place)), None),
            _ => Expr::Cut(array, None, Some(Box::new(place))),
        };
        let name = self.name();
        self.bind(name, Ty::Run(Box::new(element), most, Form::Slice), false);
        Some(Stmt::Let(Pat::Bind(name), None, cut))
    }

    /// It runs until a real is large enough.
    fn real_while(&mut self, depth: usize) -> Vec<Stmt> {
        let start = self.real(1);
        let name = self.name();
        let mut stmts = vec![Stmt::Let(Pat::BindMut(name), None, start)];
        let (label, mark) = (self.label(), self.scope.len());
        self.bind(name, Ty::Real, false);
        let body = self.body(Loop { label, breaks: true, continues: false }, COUNT, depth);
        self.scope.truncate(mark);
        self.bind(name, Ty::Real, true);
        // What the step reads is not what the body binds.
        let mut body = Block { stmts: vec![Stmt::Do(Expr::Block(body))], tail: None };
        let step =
            if self.rng.chance(60) { lit(self.rng.pick(&["0.5", "0.7", "1.0"])) } else { self.positive(1) };
        body.stmts.push(Stmt::Assign(name, Some(Op::Add), step));
        let end = lit(self.rng.pick(&["1.5", "2.0", "3.0"]));
        let at = |rel| Expr::Cmp(rel, Box::new(Expr::Var(name)), Box::new(end.clone()));
        if self.rng.chance(60) {
            stmts.push(Stmt::While(label, at(Rel::Lt), body));
        } else {
            let stop = Block { stmts: vec![Stmt::Break(None)], tail: None };
            // NaN ends it, too.
            let done = Expr::Not(Box::new(at(Rel::Lt)));
            body.stmts.push(Stmt::Do(Expr::If(Box::new(done), stop, Block::default())));
            stmts.push(Stmt::Loop(label, body));
        }
        stmts
    }
}
