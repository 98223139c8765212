//! The numbers in what a function returns.

/// A value, a gradient, both, or a Jacobian.
pub trait Results {
    /// Appends the numbers in their order.
    fn collect_into(&self, numbers: &mut Vec<f64>);
}

impl Results for f64 {
    fn collect_into(&self, numbers: &mut Vec<f64>) {
        numbers.push(*self);
    }
}

impl<R: Results, const N: usize> Results for [R; N] {
    fn collect_into(&self, numbers: &mut Vec<f64>) {
        for part in self {
            part.collect_into(numbers);
        }
    }
}

macro_rules! tuples {
    ($(($($part:ident)+))+) => {$(
        #[allow(non_snake_case, reason = "a part is named like its type")]
        impl<$($part: Results),+> Results for ($($part,)+) {
            fn collect_into(&self, numbers: &mut Vec<f64>) {
                let ($($part,)+) = self;
                $($part.collect_into(numbers);)+
            }
        }
    )+};
}

tuples! {
    (A B)
    (A B C D E)
    (A B C D E F G H I J)
    (A B C D E F G H I J K L M N O P Q)
}
