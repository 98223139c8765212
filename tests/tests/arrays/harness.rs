//! What a function and its references are.

use crate::call::{Argument, Call};

/// Real numbers in the shape of a result: numbers and arrays are leaves, row after row.
pub(crate) enum Tree {
    Leaf(Vec<f64>),
    Tuple(Vec<Tree>),
}

impl Tree {
    pub(crate) fn flatten(self) -> Vec<f64> {
        match self {
            Self::Leaf(numbers) => numbers,
            Self::Tuple(parts) => parts.into_iter().flat_map(Self::flatten).collect(),
        }
    }

    /// The rows of a Jacobian: its tuples are those of the outputs on the outside and those of the parameters on
    /// the inside, of blocks whose rows are outputs.
    fn rows(self, outputs: &Tree) -> Vec<Vec<f64>> {
        match outputs {
            Tree::Tuple(outputs) => {
                let Tree::Tuple(parts) = self else { panic!("several outputs need a tuple of blocks") };
                assert_eq!(parts.len(), outputs.len(), "a block for each output");
                parts.into_iter().zip(outputs).flat_map(|(part, output)| part.rows(output)).collect()
            }
            Tree::Leaf(numbers) => self.beside(numbers.len()),
        }
    }

    /// Blocks of `height` rows side by side.
    fn beside(self, height: usize) -> Vec<Vec<f64>> {
        match self {
            Self::Leaf(numbers) => numbers.chunks(numbers.len() / height).map(<[f64]>::to_vec).collect(),
            Self::Tuple(parts) => {
                let mut rows = vec![Vec::new(); height];
                for part in parts {
                    for (row, part) in rows.iter_mut().zip(part.beside(height)) {
                        row.extend(part);
                    }
                }
                rows
            }
        }
    }

    /// The rows of a Hessian: a tuple of rows of blocks where there are several parameters.
    fn square(self) -> Vec<Vec<f64>> {
        match self {
            Self::Leaf(numbers) => {
                let side = numbers.len().isqrt();
                Self::Leaf(numbers).beside(side)
            }
            Self::Tuple(rows) => {
                let rows = rows.into_iter().enumerate();
                rows.flat_map(|(place, row)| {
                    let Self::Tuple(blocks) = &row else { panic!("a row of blocks for each parameter") };
                    let Self::Leaf(diagonal) = &blocks[place] else { panic!("a block for each parameter") };
                    let height = diagonal.len().isqrt();
                    row.beside(height)
                })
                .collect()
            }
        }
    }
}

/// A type of result.
pub(crate) trait Shaped {
    fn tree(self) -> Tree;
}

impl Shaped for f64 {
    fn tree(self) -> Tree {
        Tree::Leaf(vec![self])
    }
}

impl<T: Shaped, const N: usize> Shaped for [T; N] {
    fn tree(self) -> Tree {
        Tree::Leaf(self.into_iter().flat_map(|element| element.tree().flatten()).collect())
    }
}

macro_rules! implement_for_tuple {
    ($($Type:ident $name:ident)+) => {
        impl<$($Type: Shaped),+> Shaped for ($($Type,)+) {
            fn tree(self) -> Tree {
                let ($($name,)+) = self;
                Tree::Tuple(vec![$($name.tree()),+])
            }
        }
    };
}

implement_for_tuple!(A a B b);
implement_for_tuple!(A a B b C c);
implement_for_tuple!(A a B b C c D d);

/// What a sibling returns; matrices by rows.
pub(crate) struct Derivatives {
    pub(crate) value: Option<Vec<f64>>,
    pub(crate) jacobian: Option<Vec<Vec<f64>>>,
    pub(crate) hessian: Option<Vec<Vec<f64>>>,
}

/// Takes arguments and the value at them, for the shape of a Jacobian.
type Differentiated = Box<dyn Fn(&[f64], &Tree) -> Derivatives>;

/// Takes arguments and a direction or a cotangent.
type Product = Box<dyn Fn(&[f64], &[f64]) -> (Vec<f64>, Vec<f64>)>;

/// A function and its siblings, callable with lists of numbers.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) value: Box<dyn Fn(&[f64]) -> Tree>,
    pub(crate) derivatives: Vec<(&'static str, Differentiated)>,
    pub(crate) jvp: Option<Product>,
    pub(crate) vjp: Option<Product>,
    pub(crate) hvp: Option<Product>,
}

impl Function {
    pub(crate) fn new<A, T: Shaped>(name: &'static str, value: impl Call<A, Output = T> + 'static) -> Self {
        Self {
            name,
            value: Box::new(move |x| value.call(x).tree()),
            derivatives: Vec::new(),
            jvp: None,
            vjp: None,
            hvp: None,
        }
    }

    pub(crate) fn grad<A, B, G: Shaped>(
        self,
        grad: impl Call<A, Output = G> + 'static,
        value_and_grad: impl Call<B, Output = (f64, G)> + 'static,
    ) -> Self {
        self.with("_grad", move |x, _| {
            let gradient = grad.call(x).tree().flatten();
            Derivatives { value: None, jacobian: Some(vec![gradient]), hessian: None }
        })
        .with("_value_and_grad", move |x, _| {
            let (value, gradient) = value_and_grad.call(x);
            Derivatives {
                value: Some(vec![value]),
                jacobian: Some(vec![gradient.tree().flatten()]),
                hessian: None,
            }
        })
    }

    pub(crate) fn jacobian<A, B, T: Shaped, J: Shaped>(
        self,
        jacobian: impl Call<A, Output = J> + 'static,
        value_and_jacobian: impl Call<B, Output = (T, J)> + 'static,
    ) -> Self {
        self.with("_jacobian", move |x, outputs| {
            let rows = jacobian.call(x).tree().rows(outputs);
            Derivatives { value: None, jacobian: Some(rows), hessian: None }
        })
        .with("_value_and_jacobian", move |x, outputs| {
            let (value, jacobian) = value_and_jacobian.call(x);
            Derivatives {
                value: Some(value.tree().flatten()),
                jacobian: Some(jacobian.tree().rows(outputs)),
                hessian: None,
            }
        })
    }

    pub(crate) fn hessian<A, B, G: Shaped, H: Shaped>(
        self,
        hessian: impl Call<A, Output = H> + 'static,
        value_grad_and_hessian: impl Call<B, Output = (f64, G, H)> + 'static,
    ) -> Self {
        self.with("_hessian", move |x, _| {
            let rows = hessian.call(x).tree().square();
            Derivatives { value: None, jacobian: None, hessian: Some(rows) }
        })
        .with("_value_grad_and_hessian", move |x, _| {
            let (value, gradient, hessian) = value_grad_and_hessian.call(x);
            Derivatives {
                value: Some(vec![value]),
                jacobian: Some(vec![gradient.tree().flatten()]),
                hessian: Some(hessian.tree().square()),
            }
        })
    }

    pub(crate) fn jvp<A, T: Shaped>(mut self, jvp: impl Call<A, Output = (T, T)> + 'static) -> Self {
        self.jvp = Some(Box::new(move |x, direction| {
            let (value, tangent) = jvp.call(&[x, direction].concat());
            (value.tree().flatten(), tangent.tree().flatten())
        }));
        self
    }

    pub(crate) fn vjp<A, T: Shaped, Pullback, Cotangent: Argument, G: Shaped>(
        mut self,
        vjp: impl Call<A, Output = (T, Pullback)> + 'static,
    ) -> Self
    where
        Pullback: FnOnce(Cotangent) -> G,
    {
        self.vjp = Some(Box::new(move |x, cotangent| {
            let (value, pullback) = vjp.call(x);
            let gradient = pullback(Cotangent::from_table(&mut cotangent.iter()));
            (value.tree().flatten(), gradient.tree().flatten())
        }));
        self
    }

    pub(crate) fn hvp<A, G: Shaped>(mut self, hvp: impl Call<A, Output = (G, G)> + 'static) -> Self {
        self.hvp = Some(Box::new(move |x, direction| {
            let (gradient, product) = hvp.call(&[x, direction].concat());
            (gradient.tree().flatten(), product.tree().flatten())
        }));
        self
    }

    fn with(
        mut self,
        sibling: &'static str,
        derivatives: impl Fn(&[f64], &Tree) -> Derivatives + 'static,
    ) -> Self {
        self.derivatives.push((sibling, Box::new(derivatives)));
        self
    }
}

/// The functions of a module, each with the siblings that its attributes gave it.
macro_rules! rows {
    ($($value:ident: $($mode:ident($($sibling:ident),+)),+;)*) => {
        vec![$($crate::harness::Function::new(stringify!($value), $value)$(.$mode($($sibling),+))+),*]
    };
}

/// The unit vectors, and one vector of which no component is zero.
pub(crate) fn directions(count: usize) -> Vec<Vec<f64>> {
    let unit = |place: usize| (0..count).map(|other| if place == other { 1.0 } else { 0.0 }).collect();
    let mixed = (0..count).map(|place| [0.75, -1.5, 2.0, -0.625, 1.25][place % 5]).collect();
    std::iter::once(mixed).chain((0..count).map(unit)).collect()
}

/// An exact number, rounded to `f64`, and how far from it a computed one may be.
#[derive(Clone, Copy)]
struct Expected {
    number: f64,
    allowed: f64,
}

impl Expected {
    fn objection(self, what: impl FnOnce() -> String, got: f64) -> Option<String> {
        let error = (got - self.number).abs();
        let accepted = error <= self.allowed;
        (!accepted).then(|| {
            format!(
                "{} is {got:e}, not {:e}: off by {error:.1e}, allowed {:.1e}",
                what(),
                self.number,
                self.allowed
            )
        })
    }

    /// A sum of products, each as far off as its factor may be.
    fn dot(row: impl Iterator<Item = Self>, direction: &[f64]) -> Self {
        row.zip(direction).fold(Self { number: 0.0, allowed: 0.0 }, |sum, (entry, factor)| Self {
            number: sum.number + entry.number * factor,
            allowed: sum.allowed + entry.allowed * factor.abs(),
        })
    }
}

/// One line of a table.
pub(crate) struct Reference {
    pub(crate) function: &'static str,
    pub(crate) arguments: Vec<f64>,
    value: Vec<Expected>,
    jacobian: Vec<Vec<Expected>>,
    /// The whole matrix.
    hessian: Option<Vec<Vec<Expected>>>,
}

impl Reference {
    /// How many numbers are active.
    pub(crate) fn inputs(&self) -> usize {
        self.jacobian[0].len()
    }

    pub(crate) fn outputs(&self) -> usize {
        self.value.len()
    }

    pub(crate) fn arguments_text(&self) -> String {
        self.arguments.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn value_objections(&self, value: &[f64]) -> Vec<String> {
        objections("value", &self.value, value)
    }

    pub(crate) fn jacobian_objections(&self, sibling: &str, jacobian: &[Vec<f64>]) -> Vec<String> {
        matrix_objections(sibling, &self.jacobian, jacobian)
    }

    pub(crate) fn hessian_objections(&self, sibling: &str, hessian: &[Vec<f64>]) -> Vec<String> {
        let mut objections = matrix_objections(sibling, self.hessian(), hessian);
        for (i, row) in hessian.iter().enumerate() {
            for (j, number) in row.iter().enumerate().take(i) {
                if *number != hessian[j][i] {
                    objections.push(format!("{sibling} is not symmetric at {i}, {j}"));
                }
            }
        }
        objections
    }

    pub(crate) fn tangent_objections(&self, direction: &[f64], tangent: &[f64]) -> Vec<String> {
        let expected: Vec<_> =
            self.jacobian.iter().map(|row| Expected::dot(row.iter().copied(), direction)).collect();
        objections("_jvp", &expected, tangent)
    }

    pub(crate) fn pullback_objections(&self, cotangent: &[f64], gradient: &[f64]) -> Vec<String> {
        let column = |place: usize| self.jacobian.iter().map(move |row| row[place]);
        let expected: Vec<_> =
            (0..self.inputs()).map(|place| Expected::dot(column(place), cotangent)).collect();
        objections("_vjp", &expected, gradient)
    }

    pub(crate) fn product_objections(&self, direction: &[f64], product: &[f64]) -> Vec<String> {
        let expected: Vec<_> =
            self.hessian().iter().map(|row| Expected::dot(row.iter().copied(), direction)).collect();
        objections("_hvp", &expected, product)
    }

    fn hessian(&self) -> &[Vec<Expected>] {
        self.hessian.as_ref().expect("a function with second derivatives is entered with `order=2`")
    }
}

fn matrix_objections(sibling: &str, expected: &[Vec<Expected>], got: &[Vec<f64>]) -> Vec<String> {
    if got.len() != expected.len() {
        return vec![format!("{sibling} has {} rows, not {}", got.len(), expected.len())];
    }
    let rows = expected.iter().zip(got).enumerate();
    rows.flat_map(|(row, (expected, got))| objections(&format!("{sibling}, row {row}"), expected, got))
        .collect()
}

fn objections(what: &str, expected: &[Expected], got: &[f64]) -> Vec<String> {
    if got.len() != expected.len() {
        return vec![format!("{what} has {} numbers, not {}", got.len(), expected.len())];
    }
    let numbers = expected.iter().zip(got).enumerate();
    numbers
        .filter_map(|(place, (expected, &got))| expected.objection(|| format!("{what}, number {place}"), got))
        .collect()
}

/// Reads a table: function, arguments, value, Jacobian, lower triangle of the Hessian or `-`, and the tolerances of
/// the last three. A tolerance is relative, hence an exact zero has to be met exactly.
pub(crate) fn references(table: &'static str) -> Vec<Reference> {
    table.lines().filter(|line| !line.starts_with('#')).map(reference).collect()
}

fn reference(line: &'static str) -> Reference {
    let columns: Vec<_> = line.split('\t').collect();
    let &[function, arguments, value, jacobian, hessian, of_value, of_jacobian, of_hessian] =
        columns.as_slice()
    else {
        panic!("eight columns expected: {line}")
    };
    let value = expected(value, of_value);
    let jacobian = expected(jacobian, of_jacobian);
    let inputs = jacobian.len() / value.len();
    let hessian = (hessian != "-").then(|| {
        let triangle = expected(hessian, of_hessian);
        let at = |i: usize, j: usize| triangle[i.max(j) * (i.max(j) + 1) / 2 + i.min(j)];
        (0..inputs).map(|i| (0..inputs).map(|j| at(i, j)).collect()).collect()
    });
    Reference {
        function,
        arguments: numbers(arguments),
        jacobian: jacobian.chunks(inputs).map(<[Expected]>::to_vec).collect(),
        value,
        hessian,
    }
}

fn expected(exact: &str, tolerances: &str) -> Vec<Expected> {
    let (exact, tolerances) = (numbers(exact), numbers(tolerances));
    assert!(
        tolerances.len() == 1 || tolerances.len() == exact.len(),
        "one tolerance for all or one for each"
    );
    let exact = exact.into_iter().zip(tolerances.into_iter().cycle());
    exact.map(|(number, tolerance)| Expected { number, allowed: tolerance * number.abs() }).collect()
}

fn numbers(column: &str) -> Vec<f64> {
    column
        .split(' ')
        .map(|number| number.parse().unwrap_or_else(|_| panic!("not a number: {number}")))
        .collect()
}
