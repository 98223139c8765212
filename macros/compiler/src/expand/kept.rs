//! What a gradient keeps of the iterations of its loops, as a line of documentation.

use crate::graph::{Function, Kept, Op};

/// The line, if there are loops.
pub(super) fn description(function: &Function) -> Option<String> {
    let graph = &function.graph;
    let mut found: Vec<&Kept> = Vec::new();
    for id in graph.ids() {
        if let Op::Filled(filled) = &graph.value(id).op
            && let Some(kept) = &filled.kept
            && !found.contains(&kept)
        {
            found.push(kept);
        }
    }
    let (heap, stack): (Vec<&Kept>, Vec<&Kept>) = found.into_iter().partition(|kept| kept.is_on_heap);
    let places: Vec<String> = [(stack, "on the stack"), (heap, "on the heap")]
        .into_iter()
        .filter(|(kept, _)| !kept.is_empty())
        .map(|(kept, place)| format!("{} {place}", list(&kept)))
        .collect();
    match places.as_slice() {
        [] if graph.has_loops() => Some(" Kept of the iterations of loops: nothing.".to_owned()),
        [] => None,
        places => Some(format!(" Kept of each iteration of a loop: {}.", places.join(", "))),
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
