//! Bundle adjustment: from pictures to the places of points and cameras, all at once.
//!
//! Four cameras see the twelve corners of an icosahedron, in whole pixels. The residual of one camera and one point
//! is differentiated; its two Jacobians go into the rows and columns of that camera and that point, and the method of
//! Levenberg and Marquardt moves all sixty coordinates together.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::jacobian;
use chainrule_examples::{dot, norm, solve};

const CAMERAS: usize = 4;
const POINTS: usize = 12;
const UNKNOWNS: usize = 6 * CAMERAS + 3 * POINTS;
const COUNT: f64 = 2.0 * 4.0 * 12.0;

/// A rotation after Rodrigues, then a translation.
type Camera = [f64; 6];
type Point = [f64; 3];

/// By how many pixels the picture of a point is off. The lens bends straight lines a little.
#[jacobian(wrt(camera, point))]
fn residual(camera: &[f64; 6], point: &[f64; 3], pixel: &[f64; 2]) -> [f64; 2] {
    const FOCAL: f64 = 500.0;
    const DISTORTION: f64 = -0.05;
    let axis = [camera[0], camera[1], camera[2]];
    let mut squared = 0.0;
    let mut dot = 0.0;
    for i in 0..3 {
        squared += axis[i] * axis[i];
        dot += axis[i] * point[i];
    }
    let angle = squared.sqrt();
    let (sine, cosine) = angle.sin_cos();
    let mut seen = [0.0; 3];
    for i in 0..3 {
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        let cross = axis[j] * point[k] - axis[k] * point[j];
        let turned = point[i] * cosine + cross * sine / angle + axis[i] * dot * (1.0 - cosine) / squared;
        seen[i] = turned + camera[i + 3];
    }
    let (x, y) = (seen[0] / seen[2], seen[1] / seen[2]);
    let scale = FOCAL * (1.0 + DISTORTION * (x * x + y * y));
    [scale * x - pixel[0], scale * y - pixel[1]]
}

/// What is to be found.
#[derive(Clone, Copy)]
struct Scene {
    cameras: [Camera; CAMERAS],
    points: [Point; POINTS],
}

/// What the cameras saw.
type Pictures = [[[f64; 2]; POINTS]; CAMERAS];

/// The corners of an icosahedron, in front of cameras that stand in a row and look at it.
fn truth() -> Scene {
    let golden = 0.5 * (1.0 + 5.0_f64.sqrt());
    let points = std::array::from_fn(|i| {
        let signs = [i & 1, i >> 1 & 1].map(|bit| if bit == 0 { 1.0 } else { -1.0 });
        let mut corner = [0.0; 3];
        corner[i / 4] = signs[0];
        corner[(i / 4 + 1) % 3] = signs[1] * golden;
        corner
    });
    let cameras = [-0.6, -0.2, 0.25, 0.7].map(|turn| [0.1, turn, 0.02, 0.3 * turn, 0.1, 7.0 - turn]);
    Scene { cameras, points }
}

fn photograph(scene: &Scene) -> Pictures {
    scene.cameras.map(|camera| scene.points.map(|point| residual(&camera, &point, &[0.0; 2]).map(f64::round)))
}

/// A rough idea of the scene: everything is off by up to an eighth.
fn guess() -> Scene {
    let mut scene = truth();
    let mut state = 7_u32;
    let coordinates = scene.cameras.as_flattened_mut().iter_mut().chain(scene.points.as_flattened_mut());
    for coordinate in coordinates {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *coordinate += 0.25 * (f64::from(state >> 8) / f64::from(1 << 24) - 0.5);
    }
    scene
}

fn sum_of_squares(scene: &Scene, pictures: &Pictures) -> f64 {
    let mut sum = 0.0;
    for (camera, picture) in scene.cameras.iter().zip(pictures) {
        for (point, pixel) in scene.points.iter().zip(picture) {
            let r = residual(camera, point, pixel);
            sum += dot(&r, &r);
        }
    }
    sum
}

/// The normal equations, gathered from the blocks of each camera and point.
#[allow(clippy::large_stack_arrays, reason = "thirty kilobytes")]
fn normal_equations(scene: &Scene, pictures: &Pictures) -> ([[f64; UNKNOWNS]; UNKNOWNS], [f64; UNKNOWNS]) {
    let mut matrix = [[0.0; UNKNOWNS]; UNKNOWNS];
    let mut slope = [0.0; UNKNOWNS];
    for (c, (camera, picture)) in scene.cameras.iter().zip(pictures).enumerate() {
        for (p, (point, pixel)) in scene.points.iter().zip(picture).enumerate() {
            let (r, (of_camera, of_point)) = residual_value_and_jacobian(camera, point, pixel);
            for (r, (of_camera, of_point)) in r.into_iter().zip(of_camera.into_iter().zip(of_point)) {
                let row: Vec<(usize, f64)> =
                    (6 * c..).zip(of_camera).chain((6 * CAMERAS + 3 * p..).zip(of_point)).collect();
                for &(i, a) in &row {
                    slope[i] += a * r;
                    for &(j, b) in &row {
                        matrix[i][j] += a * b;
                    }
                }
            }
        }
    }
    (matrix, slope)
}

#[derive(Clone, Copy)]
struct Fit {
    scene: Scene,
    sum: f64,
    damping: f64,
}

fn moved(scene: &Scene, step: &[f64; UNKNOWNS]) -> Scene {
    let mut scene = *scene;
    let coordinates = scene.cameras.as_flattened_mut().iter_mut().chain(scene.points.as_flattened_mut());
    for (coordinate, step) in coordinates.zip(step) {
        *coordinate -= step;
    }
    scene
}

/// The scene on its way from the guess.
fn adjustment(pictures: &Pictures) -> impl Iterator<Item = Fit> {
    let scene = guess();
    let start = Fit { scene, sum: sum_of_squares(&scene, pictures), damping: 1e-3 };
    successors(Some(start), |fit| {
        let (matrix, slope) = normal_equations(&fit.scene, pictures);
        let dampings = successors(Some(fit.damping), |damping| Some(10.0 * damping)).take(12);
        let mut trials = dampings.map(|damping| {
            let mut damped = matrix;
            for (i, row) in damped.iter_mut().enumerate() {
                row[i] *= 1.0 + damping;
            }
            let scene = moved(&fit.scene, &solve(damped, slope).expect("damping makes it regular"));
            Fit { scene, sum: sum_of_squares(&scene, pictures), damping: damping / 10.0 }
        });
        trials.find(|trial| trial.sum < fit.sum * (1.0 - 1e-6))
    })
}

/// The longest of the thirty edges over the shortest. Pictures cannot tell size, but they can tell shape.
fn unevenness(points: &[Point; POINTS]) -> f64 {
    let exact = truth().points;
    let length = |points: &[Point; POINTS], i: usize, j: usize| {
        norm(&[0, 1, 2].map(|axis| points[i][axis] - points[j][axis]))
    };
    let pairs = (0..POINTS).flat_map(|i| (0..i).map(move |j| (i, j)));
    let edges = pairs.filter(|&(i, j)| length(&exact, i, j) < 2.5);
    let (shortest, longest) = edges.fold((f64::INFINITY, 0.0_f64), |(shortest, longest), (i, j)| {
        let edge = length(points, i, j);
        (shortest.min(edge), longest.max(edge))
    });
    longest / shortest
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let pictures = photograph(&truth());
    writeln!(out, "step  pixels off  longest edge / shortest")?;
    for (step, fit) in adjustment(&pictures).enumerate() {
        let off = (fit.sum / COUNT).sqrt();
        writeln!(out, "{step:>4} {off:>11.4} {:>24.4}", unevenness(&fit.scene.points))?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/bundle_adjustment.rs"]
mod tests;
