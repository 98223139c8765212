use chainrule::grad;

#[grad]
fn f(rows: &[[f64; 2]]) -> f64 {
    let mut sum = 0.0;
    for v in rows.iter().flatten() {
        sum += v * v;
    }
    sum
}

fn main() {
    let mut rows_bar = [[0.0; 2]; 1];
    f_grad(&[[1.0, 2.0]], &mut rows_bar);
}
