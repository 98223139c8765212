//! A recurrent network learns to go on with a melody: back-propagation through time, by a loop over the time.
//!
//! The weights are one slice, whose gradient is written to another, and may be any part of something larger. The hidden
//! units are carried from one tone to the next; what the gradient needs of them is kept on the stack.

#![allow(clippy::cast_precision_loss, reason = "the numbers that become floats are small")]

use std::io::{self, Write};

use chainrule::grad;

/// Hidden units, and weights: of each unit those of all units, of the input and its bias; then those of the output.
const UNITS: usize = 6;
const WEIGHTS: usize = UNITS * (UNITS + 2) + UNITS + 1;

/// Tones that are heard, and those that are to follow.
const HEARD: usize = 48;
const FOLLOWING: usize = 12;

const SWEEPS: usize = 3000;

/// Two waves at once: no tone follows from the one before alone.
fn tone(time: usize) -> f64 {
    let time = time as f64;
    0.5 * (0.5 * time).sin() + 0.4 * (1.1 * time).cos()
}

/// One step: what the units become, and what they say comes next.
fn step(w: &[f64], hidden: &mut [f64; UNITS], input: f64) -> f64 {
    let old = *hidden;
    let mut output = w[WEIGHTS - 1];
    for i in 0..UNITS {
        let row = &w[i * (UNITS + 2)..(i + 1) * (UNITS + 2)];
        let sum: f64 = row[..UNITS].iter().zip(&old).map(|(weight, unit)| weight * unit).sum();
        hidden[i] = (row[UNITS] * input + row[UNITS + 1] + sum).tanh();
        output += w[UNITS * (UNITS + 2) + i] * hidden[i];
    }
    output
}

/// The mean squared error of what the network expects after each tone.
#[grad(wrt(w))]
fn error(w: &[f64], melody: &[f64; HEARD]) -> f64 {
    let mut hidden = [0.0; UNITS];
    let mut sum = 0.0;
    for time in 0..HEARD - 1 {
        let old = hidden;
        let mut output = w[WEIGHTS - 1];
        for i in 0..UNITS {
            let row = i * (UNITS + 2);
            let mut z = w[row + UNITS] * melody[time] + w[row + UNITS + 1];
            for j in 0..UNITS {
                z += w[row + j] * old[j];
            }
            hidden[i] = z.tanh();
            output += w[UNITS * (UNITS + 2) + i] * hidden[i];
        }
        sum += (output - melody[time + 1]).powi(2);
    }
    sum / (HEARD - 1) as f64
}

/// Weights to start from, spread evenly and in no order.
fn start() -> [f64; WEIGHTS] {
    std::array::from_fn(|i| 0.8 * ((0.618_033_988_749_894_8 * (i + 1) as f64) % 1.0 - 0.5))
}

/// Steps of Adam; each sweep's error and weights.
fn learning(melody: &[f64; HEARD]) -> impl Iterator<Item = (f64, [f64; WEIGHTS])> {
    let (rate, fast, slow) = (0.01, 0.9, 0.999);
    let mut w = start();
    let (mut mean, mut square) = ([0.0; WEIGHTS], [0.0; WEIGHTS]);
    (1..).map(move |sweep| {
        let before = w;
        let mut slope = [0.0; WEIGHTS];
        let value = error_value_and_grad(&w, melody, &mut slope);
        for i in 0..WEIGHTS {
            mean[i] = fast * mean[i] + (1.0 - fast) * slope[i];
            square[i] = slow * square[i] + (1.0 - slow) * slope[i] * slope[i];
            let (mean, square) = (mean[i] / (1.0 - fast.powi(sweep)), square[i] / (1.0 - slow.powi(sweep)));
            w[i] -= rate * mean / (square.sqrt() + 1e-8);
        }
        (value, before)
    })
}

/// What the network plays when it hears its own tones after the melody.
fn play(w: &[f64], melody: &[f64; HEARD]) -> [f64; FOLLOWING] {
    let mut hidden = [0.0; UNITS];
    let mut next = 0.0;
    for &tone in melody {
        next = step(w, &mut hidden, tone);
    }
    std::array::from_fn(|_| {
        let played = next;
        next = step(w, &mut hidden, played);
        played
    })
}

fn melody() -> [f64; HEARD] {
    std::array::from_fn(tone)
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let melody = melody();
    writeln!(out, "sweep     error")?;
    let mut weights = start();
    for (sweep, (value, w)) in learning(&melody).enumerate().take(SWEEPS + 1) {
        weights = w;
        if sweep % (SWEEPS / 6) == 0 {
            writeln!(out, "{sweep:>5} {value:>9.1e}")?;
        }
    }
    writeln!(out, "\ntime   tone  played")?;
    for (i, played) in play(&weights, &melody).into_iter().enumerate() {
        writeln!(out, "{:>4} {:>6.2} {played:>7.2}", HEARD + i, tone(HEARD + i))?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/echo.rs"]
mod tests;
