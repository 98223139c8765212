//! The loops that compute a matrix of derivatives column by column or row by row: a function with a pullback in, the
//! body of a sibling out.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::direction::unique;
use super::shape::Form;
use super::sibling::{Body, Target};
use crate::emit::PullbackForm;
use crate::graph::Precedence;
use crate::lower::{Element, ParameterTokens};
use crate::signature::Shape;
use crate::transform::seeded::{Seeded, Slice};

/// How the matrix came about, as a line of documentation.
pub(super) fn description(seeded: &Seeded, matrix: &str) -> String {
    let manner = match (seeded.slice, matrix) {
        (Slice::Column, _) => "column by column in forward mode",
        (Slice::Row, "Jacobian") => "row by row in reverse mode",
        (Slice::Row, _) => "row by row, forward over reverse",
    };
    format!(" The {matrix} is computed {manner}, because it has {} entries.", seeded.entries)
}

/// The body that returns the Jacobian, after the value if that is wanted.
pub(super) fn jacobian(target: &Target<'_>, with_value: bool, seeded: &Seeded) -> Body {
    let is_plain = target.signature.result.as_ref().is_some_and(is_list) && has_plain_input(target);
    let entries = Loop::new(target, "jacobian", target.result_count(), seeded);
    entries.body(false, &|yields, matrix| {
        let jacobian = if is_plain {
            matrix.to_token_stream()
        } else {
            target.jacobian(&|row, column| entry(matrix, row, column))
        };
        if with_value {
            let result = target.result(yields);
            quote!((#result, #jacobian))
        } else {
            jacobian
        }
    })
}

/// The body that returns the Hessian, after the value and the gradient if these are wanted.
pub(super) fn hessian(target: &Target<'_>, with_value: bool, seeded: &Seeded) -> Body {
    let is_plain = has_plain_input(target);
    let entries = Loop::new(target, "hessian", target.active_values().len(), seeded);
    entries.body(true, &|yields, matrix| {
        let hessian = if is_plain {
            matrix.to_token_stream()
        } else {
            target.hessian(&|row, column| entry(matrix, row, column))
        };
        if with_value {
            let (value, gradient) = (&yields[0], target.gradient(&yields[1..]));
            quote!((#value, #gradient, #hessian))
        } else {
            hessian
        }
    })
}

/// Whether the only active parameter is an array of reals, so that the numbers of inputs are its indices.
fn has_plain_input(target: &Target<'_>) -> bool {
    let forms = target.active_forms();
    matches!(forms.as_slice(), [Form::Array(elements)] if elements.iter().all(|form| matches!(form, Form::Real(..))))
}

fn is_list(shape: &Shape) -> bool {
    matches!(shape, Shape::Array(element, _) if matches!(**element, Shape::Scalar(_)))
}

fn entry(matrix: &Ident, row: usize, column: usize) -> TokenStream {
    let (row, column) = (Literal::usize_unsuffixed(row), Literal::usize_unsuffixed(column));
    quote!(#matrix[#row][#column])
}

/// The loop over the columns or rows of a matrix. It counts by hand, because a `const fn` has no `for`.
struct Loop<'a> {
    target: &'a Target<'a>,
    seeded: &'a Seeded,
    /// How many rows and columns there are.
    size: [usize; 2],
    matrix: Ident,
    row: Ident,
    column: Ident,
    seed: Ident,
    slopes: Ident,
}

impl<'a> Loop<'a> {
    fn new(target: &'a Target<'a>, matrix: &str, rows: usize, seeded: &'a Seeded) -> Self {
        let name = |name: &str| unique(target, name, &[]);
        Self {
            target,
            seeded,
            size: [rows, target.active_values().len()],
            matrix: name(matrix),
            row: name("row"),
            column: name("column"),
            seed: name("seed"),
            slopes: name("slopes"),
        }
    }

    /// The function written out: the loop, and the value that `arrange` makes of what is computed once and of the
    /// matrix.
    fn body(&self, is_symmetric: bool, arrange: &dyn Fn(&[TokenStream], &Ident) -> TokenStream) -> Body {
        let seeds = self.seeds();
        let mut context = self.target.context(&seeds);
        let list = |reals: &[TokenStream]| quote!([#(#reals),*]);
        context.pullback = Some(PullbackForm { input: None, checks: TokenStream::new(), arrange: &list });
        let Self { matrix, row, column, seed, slopes, .. } = self;
        context.reserved = [matrix, row, column, seed, slopes].map(Clone::clone).to_vec();
        Body::of(&self.seeded.function, &context, &|yields| {
            let (slopes, once) = yields.split_last().unzip();
            let slopes = slopes.map(ToTokens::to_token_stream).unwrap_or_default();
            let run = match self.seeded.slice {
                Slice::Column => self.by_columns(&slopes),
                Slice::Row => self.by_rows(&slopes, is_symmetric),
            };
            let [rows, columns] = self.size.map(Literal::usize_unsuffixed);
            let (real, zero) =
                (self.target.scalar_type(self.seeded.scalar), self.target.zero(self.seeded.scalar));
            let value = arrange(once.unwrap_or_default(), matrix);
            quote! {
                let mut #matrix: [[#real; #columns]; #rows] = [[#zero; #columns]; #rows];
                #run
                #value
            }
        })
    }

    /// The seeds as the function's last parameters.
    fn seeds(&self) -> Vec<ParameterTokens> {
        let length = self.count();
        let array = self.seed.to_token_stream();
        let seed = |position: usize| {
            let index = Literal::usize_unsuffixed(position);
            ParameterTokens {
                tokens: quote!(#array[#index]),
                precedence: Precedence::Postfix,
                is_reference: false,
                element: Some(Element { array: array.clone(), is_behind_reference: false, position, length }),
                array: None,
            }
        };
        (0..length).map(seed).collect()
    }

    /// How many seeds there are: one for each run.
    fn count(&self) -> usize {
        let [rows, columns] = self.size;
        match self.seeded.slice {
            Slice::Column => columns,
            Slice::Row => rows,
        }
    }

    fn by_columns(&self, computed: &TokenStream) -> TokenStream {
        let Self { matrix, row, column, slopes, .. } = self;
        let rows = Literal::usize_unsuffixed(self.size[0]);
        let store = quote! {
            let #slopes = #computed;
            let mut #row = 0;
            while #row < #rows {
                #matrix[#row][#column] = #slopes[#row];
                #row += 1;
            }
        };
        self.counted(column, &store)
    }

    /// Of a symmetric matrix, what is above the diagonal is copied from below.
    fn by_rows(&self, computed: &TokenStream, is_symmetric: bool) -> TokenStream {
        let Self { matrix, row, column, .. } = self;
        let mirror = is_symmetric.then(|| {
            quote! {
                let mut #column = 0;
                while #column < #row {
                    #matrix[#column][#row] = #matrix[#row][#column];
                    #column += 1;
                }
            }
        });
        self.counted(row, &quote!(#matrix[#row] = #computed; #mirror))
    }

    /// A loop over unit seeds.
    fn counted(&self, counter: &Ident, run: &TokenStream) -> TokenStream {
        let seed = &self.seed;
        let count = Literal::usize_unsuffixed(self.count());
        let scalar = self.seeded.scalar;
        let (zero, one) = (self.target.zero(scalar), self.target.one(scalar));
        quote! {
            let mut #counter = 0;
            while #counter < #count {
                let mut #seed = [#zero; #count];
                #seed[#counter] = #one;
                #run
                #counter += 1;
            }
        }
    }
}
