//! Structs that loops change: field by field, element by element, built anew, in branches, one for another.

use chainrule::{Differentiable, grad, hvp, jvp, vjp};

use crate::harness::{Flat, functions};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct State {
    place: f64,
    speed: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Body {
    place: [f64; 2],
    speed: [f64; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pair {
    first: State,
    second: State,
}

#[derive(Clone, Debug, Differentiable)]
struct Sums {
    places: [f64; 20],
    total: f64,
}

#[derive(Clone, Debug, Differentiable)]
struct Count {
    #[differentiable(constant)]
    number: usize,
    sum: f64,
}

macro_rules! flat {
    ($($name:ident { $($field:ident: $ty:ty),+ })+) => {
        $(
            impl Flat for $name {
                const LENGTH: usize = 0 $(+ <$ty as Flat>::LENGTH)+;

                fn take(numbers: &mut impl Iterator<Item = f64>) -> Self {
                    Self { $($field: <$ty>::take(numbers)),+ }
                }

                fn put(&self, numbers: &mut Vec<f64>) {
                    $(self.$field.put(numbers);)+
                }
            }
        )+
    };
}

flat! {
    State { place: f64, speed: f64 }
    Body { place: [f64; 2], speed: [f64; 2] }
    Pair { first: State, second: State }
}

functions! {
    moving moving_value_and_grad moving_grad moving_jvp moving_vjp moving_hvp:
        (; place: [f64; 2], speed: [f64; 2];) at [[]] in 0.5..1.5
    from_parameter from_parameter_value_and_grad from_parameter_grad from_parameter_jvp from_parameter_vjp from_parameter_hvp:
        (; start: Body;) at [[]] in 0.5..1.5
    any_length any_length_value_and_grad any_length_grad any_length_jvp any_length_vjp any_length_hvp:
        (; start: State, rate: f64; 9) at [[]] in 0.5..1.5
    summed summed_value_and_grad summed_grad summed_jvp summed_vjp summed_hvp:
        (x: [f64];;) at [[0], [1], [2], [7]] in -2.0..3.0
    rebuilt rebuilt_value_and_grad rebuilt_grad rebuilt_jvp rebuilt_vjp rebuilt_hvp:
        (x: [f64]; start: State;) at [[0], [1], [2], [7]] in 0.5..1.5
    in_branches in_branches_value_and_grad in_branches_grad in_branches_jvp in_branches_vjp in_branches_hvp:
        (x: [f64]; start: State;) at [[0], [1], [2], [9]] in -1.0..1.0
    until until_value_and_grad until_grad until_jvp until_vjp until_hvp:
        (; start: State;) at [[]] in 2.0..3.0
    one_before one_before_value_and_grad one_before_grad one_before_jvp one_before_vjp one_before_hvp:
        (x: [f64]; start: State;) at [[0], [1], [2], [7]] in 0.5..1.5
    counted counted_value_and_grad counted_grad counted_jvp counted_vjp counted_hvp:
        (x: [f64];;) at [[0], [1], [2], [7]] in -2.0..3.0
    nested nested_value_and_grad nested_grad nested_jvp nested_vjp nested_hvp:
        (x: [f64]; start: Pair;) at [[0], [1], [2], [7]] in 0.5..1.5
    replaced_part replaced_part_value_and_grad replaced_part_grad replaced_part_jvp replaced_part_vjp replaced_part_hvp:
        (x: [f64]; start: Pair;) at [[0], [1], [2], [7]] in 0.5..1.5
    scattered scattered_value_and_grad scattered_grad scattered_jvp scattered_vjp scattered_hvp:
        (x: [f64];;) at [[0], [1], [2], [23]] in -2.0..3.0
    chosen chosen_value_and_grad chosen_grad chosen_jvp chosen_vjp chosen_hvp:
        (x: [f64]; start: Pair;) at [[0], [1], [2], [7]] in -1.0..1.5
    loops_in_loops loops_in_loops_value_and_grad loops_in_loops_grad loops_in_loops_jvp loops_in_loops_vjp loops_in_loops_hvp:
        (x: [f64]; start: State; 3) at [[0], [1], [4]] in 0.5..1.5
    left_early left_early_value_and_grad left_early_grad left_early_jvp left_early_vjp left_early_hvp:
        (x: [f64]; start: State;) at [[0], [1], [9]] in 0.5..1.5
    through_closures through_closures_value_and_grad through_closures_grad through_closures_jvp through_closures_vjp through_closures_hvp:
        (x: [f64]; start: State;) at [[0], [1], [5]] in 0.5..1.5
    read_only read_only_value_and_grad read_only_grad read_only_jvp read_only_vjp read_only_hvp:
        (x: [f64]; body: Body;) at [[0], [1], [5]] in 0.5..1.5
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn moving(place: [f64; 2], speed: [f64; 2]) -> f64 {
    let mut body = Body { place, speed };
    for _ in 0..1500 {
        let square = body.place[0] * body.place[0] + body.place[1] * body.place[1] + 0.5;
        for d in 0..2 {
            body.speed[d] -= 0.001 * body.place[d] / square;
            body.place[d] += 0.001 * body.speed[d];
        }
    }
    body.place[0] * body.speed[1] + body.place[1]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn from_parameter(start: Body) -> f64 {
    let mut body = start;
    for _ in 0..700 {
        let square = body.place[0] * body.place[0] + body.place[1] * body.place[1] + 0.5;
        for d in 0..2 {
            body.speed[d] -= 0.001 * body.place[d] / square;
            body.place[d] += 0.001 * body.speed[d];
        }
    }
    body.place[0] * body.speed[1] + start.place[1]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn any_length(start: State, rate: f64, count: usize) -> f64 {
    let mut state = start;
    for _ in 0..count {
        state.speed -= rate * state.place.sin();
        state.place += rate * state.speed;
    }
    state.place * state.place
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn summed(x: &[f64]) -> f64 {
    let mut state = State { place: 0.0, speed: 10.0 };
    for x in x {
        state.place += x * x;
        state.speed += x;
    }
    state.place / state.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn rebuilt(x: &[f64], start: State) -> f64 {
    let mut state = start;
    for x in x.iter().take(30) {
        state = State { place: state.place + x * state.speed, speed: state.speed - x * state.place.sin() };
    }
    state.place * state.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn in_branches(x: &[f64], start: State) -> f64 {
    let mut state = start;
    for (i, x) in x.iter().take(30).enumerate() {
        if *x > 0.0 {
            state.place += x * state.speed;
        } else if i % 3 == 0 {
            state.speed *= 1.0 + x * x;
        } else {
            state = State { place: state.speed, speed: state.place };
        }
    }
    state.speed * state.place
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn until(start: State) -> f64 {
    let mut state = start;
    while state.place > 0.1 {
        state.place *= 0.5;
        state.speed -= 0.1 * state.place * state.speed;
    }
    state.speed * state.place
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn one_before(x: &[f64], start: State) -> f64 {
    let mut previous = start;
    let mut state = State { place: 1.0, speed: 0.5 };
    for x in x.iter().take(30) {
        let next = State { place: state.place + x * previous.speed, speed: previous.place * x + state.speed };
        previous = state;
        state = next;
    }
    state.speed * state.place + previous.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn counted(x: &[f64]) -> f64 {
    let mut state = Count { number: 1, sum: 0.0 };
    for x in x {
        if *x > 0.5 {
            state.number += 1;
            state.sum += x * x;
        }
    }
    state.sum / state.number as f64
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn nested(x: &[f64], start: Pair) -> f64 {
    let mut pair = start;
    for x in x.iter().take(30) {
        pair.first.place += x * pair.second.speed;
        pair.second.speed += 0.5 * x * pair.first.place;
    }
    pair.first.place * pair.second.place + start.first.speed * pair.second.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn replaced_part(x: &[f64], start: Pair) -> f64 {
    let mut pair = start;
    for x in x.iter().take(30) {
        let first = pair.first;
        pair.first = pair.second;
        pair.second = State { place: first.place * x, speed: first.speed + x };
    }
    pair.first.place * pair.second.place + pair.first.speed * pair.second.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn scattered(x: &[f64]) -> f64 {
    let mut sums = Sums { places: [0.5; 20], total: 0.0 };
    for i in 0..30 {
        if i == x.len() {
            break;
        }
        sums.places[i % 20] += x[i] * x[i];
        sums.total += sums.places[(i + 1) % 20] * x[i];
    }
    let mut result = sums.total;
    for place in &sums.places {
        result += place * place;
    }
    result
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn chosen(x: &[f64], start: Pair) -> f64 {
    let mut state = start.first;
    for x in x.iter().take(30) {
        state = if *x > 0.0 { start.second } else { state };
        state.place *= x;
    }
    state.place * state.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn loops_in_loops(x: &[f64], start: State, count: usize) -> f64 {
    let mut state = start;
    for x in x.iter().take(30) {
        let mut inner = State { place: 0.0, speed: state.speed };
        for _ in 0..count {
            inner.place += x * inner.speed * state.place;
            inner.speed *= 0.9;
        }
        state.place += 0.1 * inner.place;
        state.speed = inner.speed;
    }
    state.place * state.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn left_early(x: &[f64], start: State) -> f64 {
    let mut state = start;
    for x in x.iter().take(30) {
        state.place += x * state.speed;
        if state.place > 4.0 {
            return state.place * state.speed;
        }
        state.speed *= state.place;
        if state.speed > 9.0 {
            break;
        }
    }
    state.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn through_closures(x: &[f64], start: State) -> f64 {
    let rate = |state: &State, x: f64| State { place: state.speed, speed: -state.place.sin() * x };
    let mut state = start;
    for x in x.iter().take(30) {
        let first = rate(&state, *x);
        let middle = State { place: state.place + 0.1 * first.place, speed: state.speed + 0.1 * first.speed };
        let second = rate(&middle, *x);
        state.place += 0.2 * second.place;
        state.speed += 0.2 * second.speed;
    }
    state.place * state.speed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn read_only(x: &[f64], body: Body) -> f64 {
    let mut sum = 0.0;
    for (i, x) in x.iter().enumerate() {
        sum += (x * body.place[i % 2]).sin() + body.speed[1] * x;
    }
    sum
}
