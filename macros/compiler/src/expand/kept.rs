//! What a gradient keeps of the iterations of its loops, as a line of documentation.

use crate::graph::{Function, Graph, Kept, Op, Place, ValueId};

/// The line, if there are loops.
pub(super) fn description(function: &Function) -> Option<String> {
    let graph = &function.graph;
    let mut found: Vec<Kept> = Vec::new();
    for kept in graph.ids().filter_map(|id| kept_by(graph, id)) {
        if !found.contains(&kept) {
            found.push(kept);
        }
    }
    let places = [
        (Place::Gradient, "where the gradient is going to be"),
        (Place::Stack, "on the stack"),
        (Place::Heap, "on the heap"),
    ];
    let places: Vec<String> = places
        .into_iter()
        .filter_map(|(place, name)| {
            let kept: Vec<&Kept> = found.iter().filter(|kept| kept.place == place).collect();
            (!kept.is_empty()).then(|| format!("{} {name}", list(&kept)))
        })
        .collect();
    match places.as_slice() {
        [] if graph.has_loops() => Some(" Kept of the iterations of loops: nothing.".to_owned()),
        [] => None,
        places => Some(format!(" Kept of each iteration of a loop: {}.", places.join(", "))),
    }
}

/// What an array is made for, or what a store puts in a place that a gradient is written to afterwards.
fn kept_by(graph: &Graph, id: ValueId) -> Option<Kept> {
    let value = graph.value(id);
    match &value.op {
        Op::Filled(filled) => filled.kept.clone(),
        Op::Store(_) if value.note.is_kept => {
            let name = graph.value(*value.operands.last()?).note.name.clone();
            Some(Kept { name, place: Place::Gradient })
        }
        _ => None,
    }
}

fn list(kept: &[&Kept]) -> String {
    let mut names: Vec<String> =
        kept.iter().filter_map(|kept| kept.name.as_ref()).map(|name| format!("`{name}`")).collect();
    if kept.iter().any(|kept| kept.name.is_none()) {
        names.push("what has no name".to_owned());
    }
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}
