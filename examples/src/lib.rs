//! What several examples need besides derivatives: small systems of linear equations, and references to test with.

/// Solves `a x = b` by Gaussian elimination with pivoting; none if `a` is singular.
#[must_use]
pub fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> Option<[f64; N]> {
    for column in 0..N {
        let pivot = (column..N).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs()))?;
        a.swap(column, pivot);
        b.swap(column, pivot);
        if a[column][column] == 0.0 {
            return None;
        }
        let row = a[column];
        for i in column + 1..N {
            let factor = a[i][column] / row[column];
            for j in column..N {
                a[i][j] -= factor * row[j];
            }
            b[i] -= factor * b[column];
        }
    }
    for i in (0..N).rev() {
        let known: f64 = (i + 1..N).map(|j| a[i][j] * b[j]).sum();
        b[i] = (b[i] - known) / a[i][i];
    }
    Some(b)
}

/// The inverse of a matrix, column by column; none if it is singular.
#[must_use]
pub fn inverse<const N: usize>(a: [[f64; N]; N]) -> Option<[[f64; N]; N]> {
    let mut columns = [[0.0; N]; N];
    for (i, column) in columns.iter_mut().enumerate() {
        let mut unit = [0.0; N];
        unit[i] = 1.0;
        *column = solve(a, unit)?;
    }
    Some(transpose(&columns))
}

/// The product of two matrices.
#[must_use]
pub fn product<const M: usize, const K: usize, const N: usize>(
    a: &[[f64; K]; M],
    b: &[[f64; N]; K],
) -> [[f64; N]; M] {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..K).map(|k| a[i][k] * b[k][j]).sum()))
}

/// The product of a matrix and a vector.
#[must_use]
pub fn apply<const M: usize, const N: usize>(a: &[[f64; N]; M], x: &[f64; N]) -> [f64; M] {
    a.map(|row| dot(&row, x))
}

/// A matrix with rows and columns exchanged.
#[must_use]
pub fn transpose<const M: usize, const N: usize>(a: &[[f64; N]; M]) -> [[f64; M]; N] {
    std::array::from_fn(|j| std::array::from_fn(|i| a[i][j]))
}

/// The inner product of two vectors.
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The Euclidean length of a vector.
#[must_use]
pub fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// The numbers of one name in a file that a script in `references` has written.
///
/// # Panics
///
/// Panics if there is no such name, or something that is no number.
#[must_use]
pub fn reference(file: &str, name: &str) -> Vec<f64> {
    let mut lines = file.lines().map(|line| line.split('\t'));
    let line = lines.find_map(|mut line| (line.next() == Some(name)).then_some(line));
    let numbers = line.unwrap_or_else(|| panic!("there is no reference `{name}`"));
    numbers.map(|number| number.parse().expect("a reference is a number")).collect()
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::{apply, inverse, norm, product, reference, solve};

    /// Zeros on the diagonal: it takes pivoting.
    const A: [[f64; 3]; 3] = [[0.0, 2.0, -1.0], [1.0, 0.0, 3.0], [4.0, -1.0, 0.0]];

    #[test]
    fn solves_what_it_should() {
        let x = [1.0, -2.0, 0.5];
        let found = solve(A, apply(&A, &x)).expect("the matrix is regular");
        for (found, x) in found.into_iter().zip(x) {
            assert_relative_eq!(found, x, max_relative = 1e-14);
        }
        assert_relative_eq!(norm(&x), 5.25_f64.sqrt());
    }

    #[test]
    fn inverts() {
        let unit = product(&A, &inverse(A).expect("the matrix is regular"));
        for (i, row) in unit.iter().enumerate() {
            for (j, &entry) in row.iter().enumerate() {
                assert_relative_eq!(entry, if i == j { 1.0 } else { 0.0 }, epsilon = 1e-15);
            }
        }
    }

    #[test]
    fn sees_what_is_singular() {
        assert_eq!(solve([[1.0, 2.0], [2.0, 4.0]], [1.0, 1.0]), None);
    }

    #[test]
    fn finds_references() {
        let file = "# a comment\none\t1\ntwo\t0.5\t-2e-3\n";
        assert_eq!(reference(file, "two"), [0.5, -2e-3]);
    }
}
