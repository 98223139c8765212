//! An extended Kalman filter: a robot that knows four landmarks finds out where it is.
//!
//! The filter needs to know how errors pass through the motion and into the measurements. Those are Jacobians, and
//! nobody has to derive them: `move_on` and `measure` are written once, for the robot and for the filter.

use std::f64::consts::PI;
use std::io::{self, Write};

use chainrule::jacobian;
use chainrule_examples::{apply, inverse, norm, product, transpose};

/// Position and heading.
type State = [f64; 3];
type Covariance = [[f64; 3]; 3];

const LANDMARKS: [[f64; 2]; 4] = [[6.0, 0.0], [6.0, 6.0], [-2.0, 7.0], [-3.0, 1.0]];
const SECONDS: f64 = 0.5;
const STEPS: usize = 40;

/// Standard deviations: of the motion in half a second, of a distance and of a bearing.
const MOTION_NOISE: State = [0.02, 0.02, 0.01];
const RANGE_NOISE: f64 = 0.1;
const BEARING_NOISE: f64 = 0.02;

/// The state after half a second at a speed and a turning rate.
#[jacobian(wrt(state))]
fn move_on(state: &[f64; 3], control: &[f64; 2]) -> [f64; 3] {
    let [x, y, heading] = *state;
    let [speed, rate] = *control;
    let between = heading + 0.5 * rate * SECONDS;
    [x + speed * SECONDS * between.cos(), y + speed * SECONDS * between.sin(), heading + rate * SECONDS]
}

/// How far a landmark is, and in which direction from where the robot looks.
#[jacobian(wrt(state))]
fn measure(state: &[f64; 3], landmark: &[f64; 2]) -> [f64; 2] {
    let (dx, dy) = (landmark[0] - state[0], landmark[1] - state[1]);
    [dx.hypot(dy), dy.atan2(dx) - state[2]]
}

/// What the filter believes, and how firmly.
#[derive(Clone, Copy)]
struct Belief {
    state: State,
    covariance: Covariance,
}

impl Belief {
    fn predict(self, control: &[f64; 2]) -> Self {
        let (state, f) = move_on_value_and_jacobian(&self.state, control);
        let mut covariance = product(&product(&f, &self.covariance), &transpose(&f));
        for (i, noise) in MOTION_NOISE.into_iter().enumerate() {
            covariance[i][i] += noise * noise;
        }
        Self { state, covariance }
    }

    fn correct(self, landmark: &[f64; 2], measured: [f64; 2]) -> Self {
        let (expected, h) = measure_value_and_jacobian(&self.state, landmark);
        let surprise = [measured[0] - expected[0], wrapped(measured[1] - expected[1])];
        let crossed = product(&self.covariance, &transpose(&h));
        let mut innovation = product(&h, &crossed);
        innovation[0][0] += RANGE_NOISE * RANGE_NOISE;
        innovation[1][1] += BEARING_NOISE * BEARING_NOISE;
        let gain = product(&crossed, &inverse(innovation).expect("noise makes it regular"));

        let shift = apply(&gain, &surprise);
        let known = product(&gain, &product(&h, &self.covariance));
        Self {
            state: std::array::from_fn(|i| self.state[i] + shift[i]),
            covariance: std::array::from_fn(|i| {
                std::array::from_fn(|j| self.covariance[i][j] - 0.5 * (known[i][j] + known[j][i]))
            }),
        }
    }

    /// How far the filter thinks that it may be off.
    fn uncertainty(&self) -> f64 {
        (self.covariance[0][0] + self.covariance[1][1]).sqrt()
    }
}

/// An angle between −π and π.
fn wrapped(angle: f64) -> f64 {
    (angle + PI).rem_euclid(2.0 * PI) - PI
}

/// Noise that is the same in every run: sums of four numbers from a generator, scaled to deviation one.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f64 {
        let mut sum = -2.0;
        for _ in 0..4 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            sum += f64::from(self.0 >> 8) / f64::from(1 << 24);
        }
        sum * 3.0_f64.sqrt()
    }
}

/// One moment of the drive.
struct Moment {
    truth: State,
    /// Where adding up the controls would have led.
    reckoned: State,
    belief: Belief,
}

impl Moment {
    fn error(&self, state: State) -> f64 {
        norm(&[state[0] - self.truth[0], state[1] - self.truth[1]])
    }
}

/// A drive around the landmarks, with a landmark in sight at every other moment.
fn drive() -> Vec<Moment> {
    let mut noise = Noise(1986);
    let control = [1.0, 0.25];
    let mut truth = [1.0, -1.0, 0.0];
    let guess = [1.5, -1.4, 0.2];
    let mut reckoned = guess;
    let covariance = [[0.3, 0.0, 0.0], [0.0, 0.3, 0.0], [0.0, 0.0, 0.1]];
    let mut belief = Belief { state: guess, covariance };
    let mut moments = vec![Moment { truth, reckoned, belief }];
    for step in 1..=STEPS {
        truth = move_on(&truth, &control);
        for (coordinate, deviation) in truth.iter_mut().zip(MOTION_NOISE) {
            *coordinate += deviation * noise.next();
        }
        reckoned = move_on(&reckoned, &control);
        belief = belief.predict(&control);
        if step % 2 == 0 {
            let landmark = &LANDMARKS[step / 2 % LANDMARKS.len()];
            let [range, bearing] = measure(&truth, landmark);
            let measured = [range + RANGE_NOISE * noise.next(), bearing + BEARING_NOISE * noise.next()];
            belief = belief.correct(landmark, measured);
        }
        moments.push(Moment { truth, reckoned, belief });
    }
    moments
}

fn run(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "           truth           filter      off by   believes   reckoning off by")?;
    for (step, moment) in drive().iter().enumerate().step_by(4) {
        let ([x, y, _], [filter_x, filter_y, _]) = (moment.truth, moment.belief.state);
        let (off, reckoning) = (moment.error(moment.belief.state), moment.error(moment.reckoned));
        writeln!(
            out,
            "{step:>3} {x:>7.2} {y:>6.2}   {filter_x:>7.2} {filter_y:>6.2} {off:>9.2} {:>10.2} {reckoning:>18.2}",
            moment.belief.uncertainty()
        )?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/kalman.rs"]
mod tests;
