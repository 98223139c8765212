//! "Did you mean": the known name nearest to a mistyped one.

/// The candidate within two edits of `name` (one for short names), the nearest first in table order.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = if name.chars().count() <= 3 { 1 } else { 2 };
    candidates
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= limit && distance < name.len().min(candidate.len()))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance: insertions, deletions and substitutions.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_near_misses_only() {
        let names = ["sin", "sinh", "sqrt", "exp", "ln"];
        assert_eq!(nearest("sine", names.into_iter()), Some("sin"));
        assert_eq!(nearest("sqr", names.into_iter()), Some("sqrt"));
        assert_eq!(nearest("quaternion", names.into_iter()), None);
        assert_eq!(nearest("foo", names.into_iter()), None);
    }
}
