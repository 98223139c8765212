//! What iterators make of slices: their adaptors, options of items, patterns, and items that are taken one by one.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    chained chained_value_and_grad chained_grad chained_jvp chained_vjp chained_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [0, 2], [3, 0], [4, 5]] in -2.0..3.0
    chained_in_a_for chained_in_a_for_value_and_grad chained_in_a_for_grad chained_in_a_for_jvp chained_in_a_for_vjp chained_in_a_for_hvp:
        (x: [f64], y: [f64]; z: f64;) at [[0, 0], [1, 2], [4, 5]] in 0.5..3.0
    ghost_cells ghost_cells_value_and_grad ghost_cells_grad ghost_cells_jvp ghost_cells_vjp ghost_cells_hvp:
        (x: [f64];;) at [[1], [2], [6]] in -2.0..3.0
    largest_by_reduce largest_by_reduce_value_and_grad largest_by_reduce_grad largest_by_reduce_jvp largest_by_reduce_vjp largest_by_reduce_hvp:
        (x: [f64];;) at [[1], [2], [7]] in -2.0..3.0
    least_or_else least_or_else_value_and_grad least_or_else_grad least_or_else_jvp least_or_else_vjp least_or_else_hvp:
        (x: [f64]; y: f64;) at [[0], [1], [7]] in -2.0..3.0
    range_of_values range_of_values_value_and_grad range_of_values_grad range_of_values_jvp range_of_values_vjp range_of_values_hvp:
        (x: [f64];;) at [[1], [2], [7]] in -2.0..3.0
    weight_of_the_largest weight_of_the_largest_value_and_grad weight_of_the_largest_grad weight_of_the_largest_jvp weight_of_the_largest_vjp weight_of_the_largest_hvp:
        (x: [f64], y: [f64];;) at [[1, 1], [2, 2], [7, 7]] in -2.0..3.0
    largest_of_the_mapped largest_of_the_mapped_value_and_grad largest_of_the_mapped_grad largest_of_the_mapped_jvp largest_of_the_mapped_vjp largest_of_the_mapped_hvp:
        (x: [f64];;) at [[1], [2], [7]] in -2.0..3.0
    largest_of_the_positive largest_of_the_positive_value_and_grad largest_of_the_positive_grad largest_of_the_positive_jvp largest_of_the_positive_vjp largest_of_the_positive_hvp:
        (x: [f64];;) at [[0], [1], [2], [8]] in -2.0..3.0
    first_above first_above_value_and_grad first_above_grad first_above_jvp first_above_vjp first_above_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [8, 8]] in -2.0..3.0
    found found_value_and_grad found_grad found_jvp found_vjp found_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [8, 8]] in -2.0..3.0
    interpolated interpolated_value_and_grad interpolated_grad interpolated_jvp interpolated_vjp interpolated_hvp:
        (x: [f64]; at: f64;) at [[3], [8]] in 0.5..3.0
    ends_of_a_slice ends_of_a_slice_value_and_grad ends_of_a_slice_grad ends_of_a_slice_jvp ends_of_a_slice_vjp ends_of_a_slice_hvp:
        (x: [f64]; y: f64;) at [[0], [1], [2], [5]] in -2.0..3.0
    split_ends split_ends_value_and_grad split_ends_grad split_ends_jvp split_ends_vjp split_ends_hvp:
        (x: [f64];;) at [[0], [1], [2], [6]] in -2.0..3.0
    matched matched_value_and_grad matched_grad matched_jvp matched_vjp matched_hvp:
        (x: [f64];;) at [[0], [1], [2], [3], [6]] in -2.0..3.0
    pairs_by_pattern pairs_by_pattern_value_and_grad pairs_by_pattern_grad pairs_by_pattern_jvp pairs_by_pattern_vjp pairs_by_pattern_hvp:
        (x: [f64];;) at [[0], [1], [2], [7]] in -2.0..3.0
    cut_into_chunks cut_into_chunks_value_and_grad cut_into_chunks_grad cut_into_chunks_jvp cut_into_chunks_vjp cut_into_chunks_hvp:
        (x: [f64];;) at [[0], [1], [4], [7], [8]] in -2.0..3.0
    rows_of_a_flat_matrix rows_of_a_flat_matrix_value_and_grad rows_of_a_flat_matrix_grad rows_of_a_flat_matrix_jvp rows_of_a_flat_matrix_vjp rows_of_a_flat_matrix_hvp:
        (a: [f64], x: [f64];;) at [[0, 1], [4, 2], [9, 3]] in -2.0..3.0
    pairs_by_flat_map pairs_by_flat_map_value_and_grad pairs_by_flat_map_grad pairs_by_flat_map_jvp pairs_by_flat_map_vjp pairs_by_flat_map_hvp:
        (x: [f64];;) at [[0], [1], [2], [5]] in -2.0..3.0
    flat_rows flat_rows_value_and_grad flat_rows_grad flat_rows_jvp flat_rows_vjp flat_rows_hvp:
        (x: [[f64; 3]];;) at [[0], [1], [4]] in -2.0..3.0
    until until_value_and_grad until_grad until_jvp until_vjp until_hvp:
        (x: [f64]; y: f64;) at [[0], [1], [8]] in -2.0..3.0
    kept_only kept_only_value_and_grad kept_only_grad kept_only_jvp kept_only_vjp kept_only_hvp:
        (x: [f64];;) at [[0], [1], [8]] in -2.0..3.0
    numbered_after_a_filter numbered_after_a_filter_value_and_grad numbered_after_a_filter_grad numbered_after_a_filter_jvp numbered_after_a_filter_vjp numbered_after_a_filter_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [8, 4], [8, 9]] in -2.0..3.0
    running_totals running_totals_value_and_grad running_totals_grad running_totals_jvp running_totals_vjp running_totals_hvp:
        (x: [f64];;) at [[0], [1], [8]] in -2.0..3.0
    smoothed_until smoothed_until_value_and_grad smoothed_until_grad smoothed_until_jvp smoothed_until_vjp smoothed_until_hvp:
        (x: [f64]; decay: f64;) at [[0], [1], [8]] in 0.2..1.5
    again_and_again again_and_again_value_and_grad again_and_again_grad again_and_again_jvp again_and_again_vjp again_and_again_hvp:
        (x: [f64], y: [f64]; z: f64;) at [[0, 0], [3, 0], [7, 3], [2, 4]] in -2.0..3.0
    taken_one_by_one taken_one_by_one_value_and_grad taken_one_by_one_grad taken_one_by_one_jvp taken_one_by_one_vjp taken_one_by_one_hvp:
        (x: [f64];;) at [[1], [2], [7]] in -2.0..3.0
    option_in_a_loop option_in_a_loop_value_and_grad option_in_a_loop_grad option_in_a_loop_jvp option_in_a_loop_vjp option_in_a_loop_hvp:
        (x: [f64];;) at [[0], [1], [7]] in -2.0..3.0
    previous_of_each previous_of_each_value_and_grad previous_of_each_grad previous_of_each_jvp previous_of_each_vjp previous_of_each_hvp:
        (x: [f64];;) at [[0], [1], [7]] in -2.0..3.0
    kinds_of_values kinds_of_values_value_and_grad kinds_of_values_grad kinds_of_values_jvp kinds_of_values_vjp kinds_of_values_hvp:
        (x: [f64];; 2) at [[0], [1], [7]] in -2.0..3.0
    left_by_label left_by_label_value_and_grad left_by_label_grad left_by_label_jvp left_by_label_vjp left_by_label_hvp:
        (x: [f64];;) at [[0], [1], [7]] in -2.0..3.0
    first_few_of_the_kept first_few_of_the_kept_value_and_grad first_few_of_the_kept_grad first_few_of_the_kept_jvp first_few_of_the_kept_vjp first_few_of_the_kept_hvp:
        (x: [f64];;) at [[0], [1], [9]] in -2.0..3.0
    of_a_few_values of_a_few_values_value_and_grad of_a_few_values_grad of_a_few_values_jvp of_a_few_values_vjp of_a_few_values_hvp:
        (; a: f64, b: f64, c: f64;) at [[]] in -2.0..3.0
    of_an_option of_an_option_value_and_grad of_an_option_grad of_an_option_jvp of_an_option_vjp of_an_option_hvp:
        (; x: f64, y: f64; Some(3)) at [[]] in 0.5..2.0
    matched_floats matched_floats_value_and_grad matched_floats_grad matched_floats_jvp matched_floats_vjp matched_floats_hvp:
        (; x: f64, y: f64; 1) at [[]] in -2.0..2.0
    shorter_and_shorter shorter_and_shorter_value_and_grad shorter_and_shorter_grad shorter_and_shorter_jvp shorter_and_shorter_vjp shorter_and_shorter_hvp:
        (x: [f64];;) at [[0], [1], [2], [7]] in -2.0..3.0
    rows_chosen rows_chosen_value_and_grad rows_chosen_grad rows_chosen_jvp rows_chosen_vjp rows_chosen_hvp:
        (x: [[f64; 3]], y: [[f64; 3]]; w: f64;) at [[1, 1], [4, 4]] in -2.0..3.0
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn chained(x: &[f64], y: &[f64]) -> f64 {
    x.iter().chain(y).enumerate().map(|(i, v)| v * v * (i + 1) as f64).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn chained_in_a_for(x: &[f64], y: &[f64], z: f64) -> f64 {
    let mut sum = 0.0;
    for v in x.iter().copied().chain(std::iter::once(z)).chain(y.iter().rev().copied()) {
        sum += (v * z).sin();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn ghost_cells(x: &[f64]) -> f64 {
    let first = x[0];
    let left = core::iter::once(&first).chain(x);
    let last = x[x.len() - 1];
    let right = x.iter().skip(1).chain(core::iter::once(&last));
    left.zip(x).zip(right).map(|((l, c), r)| (l - 2.0 * c + r).powi(2)).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn largest_by_reduce(x: &[f64]) -> f64 {
    let largest = x.iter().copied().reduce(f64::max).unwrap();
    largest * largest
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn least_or_else(x: &[f64], y: f64) -> f64 {
    x.iter().copied().reduce(|a, b| a.min(b)).unwrap_or(y) * y
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn range_of_values(x: &[f64]) -> f64 {
    let high = x.iter().max_by(|a, b| a.partial_cmp(b).unwrap()).expect("values");
    let low = x.iter().copied().min_by(f64::total_cmp).unwrap();
    (high - low) * (high + 2.0 * low)
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn weight_of_the_largest(x: &[f64], y: &[f64]) -> f64 {
    let (i, largest) = x.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    let nearest = (0..y.len()).min_by(|&i, &j| y[i].abs().total_cmp(&y[j].abs())).unwrap();
    y[i] * largest + y[nearest] * x[nearest]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn largest_of_the_mapped(x: &[f64]) -> f64 {
    x.iter().map(|v| v * (1.0 - v)).max_by(|a, b| a.total_cmp(b)).unwrap()
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn largest_of_the_positive(x: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 0.0).copied().reduce(f64::max).map_or(-1.0, |v| v * v)
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn first_above(x: &[f64], y: &[f64]) -> f64 {
    match x.iter().position(|v| *v > 1.0) {
        Some(i) => x[i] * y[i],
        None => x.iter().sum(),
    }
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn found(x: &[f64], y: &[f64]) -> f64 {
    let last = x.iter().rposition(|&v| v > 0.5).map_or(0.0, |i| y[i] * y[i]);
    let pair = x.iter().zip(y).find(|(a, b)| a > b);
    let square = x.iter().find_map(|v| (*v > 1.0).then(|| v * v));
    if let Some((a, b)) = pair {
        return a * b + last;
    }
    square.unwrap_or(0.5) * last
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn interpolated(x: &[f64], at: f64) -> f64 {
    let n = x.len();
    let i = (0..n).position(|i| i as f64 > at).unwrap_or(n - 1).clamp(1, n - 1);
    let weight = at - (i - 1) as f64;
    (1.0 - weight) * x[i - 1] + weight * x[i]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn ends_of_a_slice(x: &[f64], y: f64) -> f64 {
    let first = x.first().copied().unwrap_or(y);
    let last = x.last().map_or(y, |v| v * v);
    let second = x.get(1).unwrap_or(&y);
    let third = x.iter().nth(2);
    let Some(last_but_one) = x.iter().rev().nth(1) else {
        return first * last;
    };
    if let Some(third) = third { first * last * third } else { first * last_but_one * second }
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn split_ends(x: &[f64]) -> f64 {
    let Some((first, rest)) = x.split_first() else { return 0.5 };
    let Some((&last, middle)) = rest.split_last() else { return first * first };
    middle.iter().map(|v| v * first + last * v * v).sum::<f64>() + last
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn matched(x: &[f64]) -> f64 {
    match x {
        [] => 0.0,
        [only] => only.sin(),
        [a, b] if a > b => a * b,
        [first, middle @ .., last] => middle.iter().fold(*first, |sum, v| sum + v * last),
    }
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn pairs_by_pattern(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for pair in x.windows(2) {
        if let [a, b] = pair {
            sum += (b - a).powi(2);
        }
    }
    for pair in x.chunks_exact(2) {
        let &[a, b] = pair else { unreachable!() };
        sum += a * b;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn cut_into_chunks(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for chunk in x.chunks(3) {
        let mean = chunk.iter().sum::<f64>() / chunk.len() as f64;
        sum += chunk.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    }
    let from_end: f64 = x.rchunks(3).enumerate().map(|(i, c)| i as f64 * c.iter().sum::<f64>().powi(2)).sum();
    let whole: f64 = x.rchunks_exact(2).map(|c| c[0] * c[1]).sum();
    sum + from_end + whole
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn rows_of_a_flat_matrix(a: &[f64], x: &[f64]) -> f64 {
    a.chunks(x.len())
        .map(|row| row.iter().zip(x).map(|(a, x)| a * x).sum::<f64>())
        .zip(x)
        .map(|(product, x)| product * x)
        .sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn pairs_by_flat_map(x: &[f64]) -> f64 {
    (0..x.len()).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| (x[i] - x[j]).powi(2) * x[i]).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn flat_rows(x: &[[f64; 3]]) -> f64 {
    let cubes: f64 = x.iter().flat_map(|row| row.iter()).map(|v| v.powi(3)).sum();
    cubes + x.iter().flatten().filter(|v| **v > 0.0).map(|v| v.sqrt()).sum::<f64>()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn until(x: &[f64], y: f64) -> f64 {
    let mut sum: f64 = x.iter().take_while(|v| **v < 1.5).map(|v| v * v).sum();
    for v in x.iter().skip_while(|v| **v < y) {
        sum += v * y;
    }
    sum + x.iter().map_while(|v| if *v < 2.0 { Some(v * y) } else { None }).map(|v| v * v).sum::<f64>()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn kept_only(x: &[f64]) -> f64 {
    let logarithms: f64 = x.iter().filter_map(|&v| if v > 0.0 { Some(v.ln()) } else { None }).sum();
    let roots: f64 = x.iter().filter_map(|&v| (v > 0.5).then(|| v.sqrt())).sum();
    let positive = x.iter().filter(|v| **v > 0.0).count();
    let last = x.iter().rev().filter(|v| **v < 0.0).last();
    let backwards: f64 = x.iter().filter(|v| **v < 0.0).rev().map(|v| v * v).sum();
    logarithms * roots / (1 + positive) as f64 + last.copied().unwrap_or(1.0) * backwards
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn numbered_after_a_filter(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (i, v) in x.iter().filter(|v| **v > 0.0).enumerate() {
        sum += v * v * i as f64;
    }
    sum += x.iter().filter(|v| **v < 1.0).zip(y).map(|(a, b)| a * b).sum::<f64>();
    sum += y.iter().zip(x.iter().filter(|v| **v < 2.0)).map(|(b, a)| a * b * b).sum::<f64>();
    sum += x.iter().filter(|v| **v > 0.0).skip(1).take(2).map(|v| v * v).sum::<f64>();
    sum + x.iter().filter(|v| **v > 0.0).skip_while(|v| **v < 1.0).map(|v| v * v * v).sum::<f64>()
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn running_totals(x: &[f64]) -> f64 {
    x.iter()
        .scan(0.5, |total, v| {
            *total += v;
            Some(*total * *total)
        })
        .sum()
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn smoothed_until(x: &[f64], decay: f64) -> f64 {
    let mut last = 0.0;
    for smoothed in x.iter().scan(1.0, |state, v| {
        *state = decay * *state + v;
        if *state > 6.0 { None } else { Some(*state) }
    }) {
        last = smoothed;
    }
    last
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn again_and_again(x: &[f64], y: &[f64], z: f64) -> f64 {
    let cycled: f64 = x.iter().zip(y.iter().cycle()).map(|(a, b)| a * b * b).sum();
    cycled + x.iter().zip(std::iter::repeat(z)).map(|(a, z)| a * z * z).sum::<f64>()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn taken_one_by_one(x: &[f64]) -> f64 {
    let mut values = x.iter();
    let mut largest = *values.next().unwrap();
    for v in values {
        largest = largest.max(*v);
    }
    let mut rest = x.iter().rev();
    let first = rest.next().copied().unwrap_or(0.0);
    let mut sum = first * first;
    while let Some(v) = rest.next() {
        sum += v * largest;
    }
    sum
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn option_in_a_loop(x: &[f64]) -> f64 {
    let mut largest: Option<f64> = None;
    for &v in x {
        largest = match largest {
            Some(before) if before > v => Some(before),
            _ => Some(v),
        };
    }
    match largest {
        Some(largest) => largest * largest,
        None => 1.0,
    }
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn previous_of_each(x: &[f64]) -> f64 {
    let mut previous = None;
    let mut sum = 0.0;
    for &v in x {
        if let Some(before) = previous {
            sum += v * before;
        }
        previous = Some(v);
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn kinds_of_values(x: &[f64], kind: usize) -> f64 {
    let mut sum = 0.0;
    for (i, &v) in x.iter().enumerate() {
        sum += match (i % 3, v) {
            (0, v) => v * v,
            (_, v) if v > 0.0 => v.sqrt(),
            (1, _) => 1.0,
            (_, v) => kind as f64 * v,
        };
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn left_by_label(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    'outer: for i in 0..x.len() {
        for v in x.iter().take(i).filter(|v| **v > 0.0) {
            if *v > 2.5 {
                break 'outer;
            }
            if *v > 2.0 {
                continue 'outer;
            }
            sum += x[i] * v;
        }
        sum += x[i];
    }
    sum
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn first_few_of_the_kept(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x.iter().filter(|v| **v > 0.0).take(3) {
        if *v > 2.0 {
            continue;
        }
        sum += v * v;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn of_a_few_values(a: f64, b: f64, c: f64) -> f64 {
    let values = [a, b, c];
    let positive: f64 = values.iter().filter(|v| **v > 0.0).map(|v| v * v).sum();
    let largest = values.iter().copied().max_by(|a, b| a.total_cmp(b)).unwrap();
    let first = values.iter().find(|v| **v > 1.0).copied().unwrap_or(0.5);
    let i = values.iter().position(|v| *v < 0.0);
    let below = match i {
        Some(i) => values[i] * values[2 - i],
        None => a,
    };
    let running: f64 = values
        .iter()
        .scan(0.0, |sum, v| {
            *sum += v;
            Some(*sum * *sum)
        })
        .sum();
    positive * largest + first * below + running
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn of_an_option(x: f64, y: f64, power: Option<i32>) -> f64 {
    let Some(power) = power else { return x };
    let mut steps = Some(power);
    let mut product = y;
    while let Some(left) = steps {
        product *= x.sin();
        steps = if left > 1 { Some(left - 1) } else { None };
    }
    let larger = if x > y { Some(x) } else { None };
    product + larger.map_or(y * y, |x| x * y) + larger.or(Some(y)).unwrap_or_default()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn matched_floats(x: f64, y: f64, kind: i32) -> f64 {
    let first = match (x, kind) {
        (_, 0) => x,
        (x, 1 | 2) if x < 0.0 => x * x,
        (x, _) => x.sin(),
    };
    let second = match y {
        0.0 => 1.0,
        -1.0..1.0 => y.powi(3),
        y => y / (1.0 + y * y),
    };
    first * second
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn shorter_and_shorter(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut rest = x;
    while let [first, others @ ..] = rest {
        sum += first * others.len() as f64;
        rest = others;
    }
    let mut pairs = x;
    while pairs.len() > 1 {
        sum += pairs[0] * pairs[1];
        pairs = &pairs[2..];
    }
    let mut both = x;
    while let [first, middle @ .., last] = both {
        sum += first * last;
        both = middle;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn rows_chosen(x: &[[f64; 3]], y: &[[f64; 3]], w: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let row = if x[i][0] > y[i][0] { x[i] } else { y[i] };
        let other = if i % 2 == 0 { &x[i] } else { &[1.0, w, 2.0] };
        sum += row.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
    }
    sum
}
