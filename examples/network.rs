//! A neural network learns to tell two moons apart, trained by an optimiser that knows nothing of networks.
//!
//! The parameters are a struct, and so is the gradient. The optimiser is L-BFGS of the crate `argmin`, which wants
//! vectors: `floats` and `floats_mut` go between the two.

use std::array::from_fn;
use std::io::{self, Write};

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use chainrule::{Differentiable, Real as _, grad, math};

/// How much the parameters cost by being large.
const DECAY: f64 = 1e-3;

/// Weighs `INPUTS` numbers.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Neuron<const INPUTS: usize> {
    weights: [f64; INPUTS],
    bias: f64,
}

/// From a place to a number that is positive for one moon and negative for the other.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Network {
    hidden: [Neuron<2>; 6],
    output: Neuron<6>,
}

impl Neuron<2> {
    #[grad(wrt(self, place))]
    fn activation(&self, place: [f64; 2]) -> f64 {
        let weights: [f64; 2] = self.weights;
        (math::dot(&weights, &place) + self.bias).tanh()
    }
}

impl Neuron<6> {
    #[grad(wrt(self, activations))]
    fn sum(&self, activations: [f64; 6]) -> f64 {
        let weights: [f64; 6] = self.weights;
        math::dot(&weights, &activations) + self.bias
    }
}

impl Network {
    /// Positive for the first moon.
    #[grad(wrt(self, place))]
    fn opinion(&self, place: [f64; 2]) -> f64 {
        let activations: [f64; 6] = from_fn(|i| self.hidden[i].activation(place));
        self.output.sum(activations)
    }

    /// The negative logarithm of the probability that the network gives to what is true.
    #[grad(wrt(self))]
    fn surprise(&self, place: [f64; 2], moon: f64) -> f64 {
        (-moon * self.opinion(place)).softplus()
    }
}

/// Where something was seen, and on which moon: 1 or -1.
type Example = ([f64; 2], f64);

fn moons() -> Vec<Example> {
    let lines = include_str!("data/moons.tsv").lines().filter(|line| !line.starts_with('#'));
    let examples = lines.map(|line| {
        let mut fields = line.split('\t').map(|field| field.parse().expect("the fields are numbers"));
        let mut next = || fields.next().expect("a line has three fields");
        ([next(), next()], next())
    });
    examples.collect()
}

/// Parameters without a pattern: from equal ones, all hidden units would learn the same.
fn start() -> Network {
    let mut network = Network {
        hidden: from_fn(|_| Neuron { weights: [0.0; 2], bias: 0.0 }),
        output: Neuron { weights: [0.0; 6], bias: 0.0 },
    };
    for (parameter, k) in network.floats_mut().zip(1..) {
        *parameter = 2.0 * f64::from(k).sin();
    }
    network
}

/// The network with these parameters.
fn network(parameters: &[f64]) -> Network {
    let mut network = start();
    for (parameter, &value) in network.floats_mut().zip(parameters) {
        *parameter = value;
    }
    network
}

/// What is to be minimised: the mean surprise at the examples, and the price of large parameters.
struct Training {
    examples: Vec<Example>,
}

impl Training {
    #[allow(clippy::cast_precision_loss, reason = "there are few examples")]
    fn mean(&self, total: f64) -> f64 {
        total / self.examples.len() as f64
    }

    fn loss(&self, network: &Network) -> f64 {
        let surprises = self.examples.iter().map(|&(place, moon)| network.surprise(place, moon));
        self.mean(surprises.sum()) + 0.5 * DECAY * network.dot(network)
    }

    fn loss_grad(&self, network: &Network) -> Network {
        let mut gradient = network.zero();
        for &(place, moon) in &self.examples {
            gradient.accumulate(&network.surprise_grad(place, moon));
        }
        gradient.scale(self.mean(1.0)).add(&network.scale(DECAY))
    }
}

impl CostFunction for Training {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, parameters: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.loss(&network(parameters)))
    }
}

impl Gradient for Training {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, parameters: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.loss_grad(&network(parameters)).floats().collect())
    }
}

/// The network after some iterations of L-BFGS, or fewer if it is trained before.
fn trained(iterations: u64) -> Result<Network, Error> {
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 10).with_tolerance_grad(1e-9)?;
    let executor = Executor::new(Training { examples: moons() }, solver);
    let start = start().floats().collect();
    let result = executor.configure(|state| state.param(start).max_iters(iterations)).run()?;
    Ok(network(result.state().get_best_param().expect("the start, at least")))
}

/// The examples as `o` and `x`, and where the network would expect the former, dots.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the picture holds the moons")]
fn draw(out: &mut impl Write, network: &Network, examples: &[Example]) -> io::Result<()> {
    let mut lines = vec![vec![' '; 64]; 24];
    for (row, line) in (0..).zip(&mut lines) {
        for (column, symbol) in (0..).zip(line) {
            let place = [f64::from(column) / 16.0 - 1.5, 1.4 - f64::from(row) / 8.0];
            if network.opinion(place) > 0.0 {
                *symbol = '.';
            }
        }
    }
    for &([x, y], moon) in examples {
        let (row, column) = ((8.0 * (1.4 - y)).round() as usize, (16.0 * (x + 1.5)).round() as usize);
        lines[row][column] = if moon > 0.0 { 'o' } else { 'x' };
    }
    for line in lines {
        let line: String = line.into_iter().collect();
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn run(out: &mut impl Write) -> Result<(), Error> {
    let training = Training { examples: moons() };
    let all = training.examples.len();
    writeln!(out, "{} parameters, {all} examples\n", Network::COUNT)?;
    writeln!(out, "iterations    loss   right")?;
    for iterations in [0, 1, 2, 5, 10, 20, 50, 1000] {
        let network = trained(iterations)?;
        let is_right = |&&(place, moon): &&Example| network.opinion(place) * moon > 0.0;
        let right = training.examples.iter().filter(is_right).count();
        let name = if iterations == 1000 { "to the end".into() } else { iterations.to_string() };
        writeln!(out, "{name:>10} {:>7.4} {right:>7}", training.loss(&network))?;
    }
    writeln!(out)?;
    Ok(draw(out, &trained(1000)?, &training.examples)?)
}

fn main() -> Result<(), Error> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/network.rs"]
mod tests;
