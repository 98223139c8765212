//! The variables of the function being lowered: what each name stands for at the current point.
//!
//! A name is looked up together with its hygiene context, so that a variable of a `macro_rules!` body and one
//! of the same name passed into the macro stay two variables. Assignments are journalled; a branch rolls its
//! arms back and learns from the journal which variables they changed.

use std::collections::HashMap;

use proc_macro2::Ident;

use super::Val;

/// How many scopes are open in the function's own block: that of the parameters and the block's.
pub(super) const OUTERMOST: usize = 2;

/// A name as rustc resolves it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    name: String,
    context: String,
}

impl Key {
    fn new(ident: &Ident) -> Self {
        // The compiler prints a span as `#7 bytes(10..20)`, the first part being the hygiene context. Should
        // that form change, names alone decide.
        let span = format!("{:?}", ident.span());
        let context = span.split_whitespace().next().filter(|part| part.starts_with('#')).unwrap_or("");
        Self { name: ident.to_string(), context: context.to_owned() }
    }
}

#[derive(Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: Val,
    /// Whether what it holds stays as it is: it has a value, and is not declared `mut`.
    pub(super) is_fixed: bool,
}

/// Names a variable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct VariableId(usize);

#[derive(Default)]
pub(super) struct Scopes {
    variables: Vec<Variable>,
    visible: HashMap<Key, Vec<VariableId>>,
    open: Vec<Vec<Key>>,
    journal: Vec<(VariableId, Val)>,
}

/// A point in the journal to roll back to.
#[derive(Clone, Copy, Default)]
pub(super) struct Mark {
    journal: usize,
    variables: usize,
}

/// What each name meant where a closure was written.
#[derive(Clone)]
pub(super) struct Snapshot(HashMap<Key, VariableId>);

/// What names mean at the point that control comes back to.
pub(super) struct Elsewhere {
    visible: HashMap<Key, Vec<VariableId>>,
    open: Vec<Vec<Key>>,
}

impl Mark {
    /// Whether the variable had been declared.
    pub(super) fn knows(self, id: VariableId) -> bool {
        id.0 < self.variables
    }
}

impl Scopes {
    pub(super) fn enter(&mut self) {
        self.open.push(Vec::new());
    }

    pub(super) fn leave(&mut self) {
        for key in self.open.pop().unwrap_or_default() {
            if let Some(stack) = self.visible.get_mut(&key) {
                stack.pop();
            }
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Leaves scopes until `depth` are open.
    pub(super) fn leave_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            self.leave();
        }
    }

    pub(super) fn declare(&mut self, ident: &Ident, value: Val) {
        let id = VariableId(self.variables.len());
        let key = Key::new(ident);
        self.variables.push(Variable { name: key.name.clone(), value, is_fixed: false });
        self.visible.entry(key.clone()).or_default().push(id);
        if let Some(scope) = self.open.last_mut() {
            scope.push(key);
        }
    }

    /// Declares a variable that is not `mut`.
    pub(super) fn declare_fixed(&mut self, ident: &Ident, value: Val) {
        let is_fixed = value != Val::Uninitialized;
        self.declare(ident, value);
        if let Some(variable) = self.variables.last_mut() {
            variable.is_fixed = is_fixed;
        }
    }

    pub(super) fn find(&self, ident: &Ident) -> Option<VariableId> {
        self.visible.get(&Key::new(ident)).and_then(|stack| stack.last()).copied()
    }

    pub(super) fn get(&self, id: VariableId) -> &Variable {
        &self.variables[id.0]
    }

    pub(super) fn assign(&mut self, id: VariableId, value: Val) {
        let old = std::mem::replace(&mut self.variables[id.0].value, value);
        self.journal.push((id, old));
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { journal: self.journal.len(), variables: self.variables.len() }
    }

    /// Undoes every assignment since the mark and returns what the variables that existed then had become.
    pub(super) fn roll_back(&mut self, mark: Mark) -> Vec<(VariableId, Val)> {
        let mut changed: Vec<(VariableId, Val)> = Vec::new();
        for (id, old) in self.journal.drain(mark.journal..).rev() {
            let new = std::mem::replace(&mut self.variables[id.0].value, old);
            // Going backwards, the first one met is the last value that the variable had.
            if mark.knows(id) && !changed.iter().any(|(seen, _)| *seen == id) {
                changed.push((id, new));
            }
        }
        changed.sort_by_key(|(id, _)| *id);
        changed
    }

    /// What the variables that existed at the mark have become since, without undoing it.
    pub(super) fn changed_since(&self, mark: Mark) -> Vec<(VariableId, Val)> {
        let mut ids: Vec<VariableId> =
            self.journal[mark.journal..].iter().map(|(id, _)| *id).filter(|&id| mark.knows(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| (id, self.variables[id.0].value.clone())).collect()
    }

    /// A variable that no name of the program reaches.
    pub(super) fn hidden(&mut self, name: &str, value: Val) -> VariableId {
        let id = VariableId(self.variables.len());
        self.variables.push(Variable { name: name.to_owned(), value, is_fixed: false });
        id
    }

    /// What each name means at the current point.
    pub(super) fn snapshot(&self) -> Snapshot {
        let innermost = |(key, stack): (&Key, &Vec<VariableId>)| Some((key.clone(), *stack.last()?));
        Snapshot(self.visible.iter().filter_map(innermost).collect())
    }

    /// As [`Scopes::snapshot`], of variables of its own that hold what the variables hold now.
    pub(super) fn snapshot_by_value(&mut self) -> Snapshot {
        let mut snapshot = self.snapshot();
        for id in snapshot.0.values_mut() {
            let copy = self.get(*id).clone();
            *id = VariableId(self.variables.len());
            self.variables.push(copy);
        }
        snapshot
    }

    /// Gives names the meaning that they had, until [`Scopes::return_to`].
    pub(super) fn go_to(&mut self, snapshot: &Snapshot) -> Elsewhere {
        let visible = snapshot.0.iter().map(|(key, &id)| (key.clone(), vec![id])).collect();
        Elsewhere {
            visible: std::mem::replace(&mut self.visible, visible),
            open: std::mem::replace(&mut self.open, vec![Vec::new()]),
        }
    }

    pub(super) fn return_to(&mut self, elsewhere: Elsewhere) {
        self.visible = elsewhere.visible;
        self.open = elsewhere.open;
    }

    /// The names in scope, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.visible.iter().filter(|(_, stack)| !stack.is_empty()).map(|(key, _)| key.name.as_str())
    }
}
