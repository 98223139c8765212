//! Rosenbrock's function in a hundred dimensions, as a loop over an array.

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

#[grad]
#[vjp]
fn rosenbrock(x: &[f64; 100]) -> f64 {
    let mut sum = 0.0;
    for i in 0..99 {
        sum += 100.0 * (x[i + 1] - x[i].powi(2)).powi(2) + (1.0 - x[i]).powi(2);
    }
    sum
}

/// Tried: a loop that scatters to two elements (2.2 times as many), one that gathers from two with the value
/// in the same loop (1.4 times), and this, whose second loop is vectorised.
fn rosenbrock_by_hand(x: &[f64; 100]) -> (f64, [f64; 100]) {
    let mut a = [0.0; 99];
    let mut b = [0.0; 99];
    for i in 0..99 {
        a[i] = x[i + 1] - x[i] * x[i];
        b[i] = 1.0 - x[i];
    }
    let mut value = 0.0;
    for i in 0..99 {
        value += 100.0 * (a[i] * a[i]) + b[i] * b[i];
    }
    let mut gradient = [0.0; 100];
    gradient[0] = -2.0 * (200.0 * a[0] * x[0] + b[0]);
    for i in 1..99 {
        gradient[i] = 200.0 * a[i - 1] - 2.0 * (200.0 * a[i] * x[i] + b[i]);
    }
    gradient[99] = 200.0 * a[98];
    (value, gradient)
}

#[allow(clippy::neg_multiply, reason = "symdiff writes such products")]
mod symbolic {
    #[symdiff::gradient(var = v, dim = 100)]
    #[allow(dead_code, reason = "the gradient is what is measured")]
    pub(super) fn rosenbrock(v: &[f64]) -> f64 {
        let f0 = 100.0 * (v[1] - v[0].powi(2)).powi(2) + (1.0 - v[0]).powi(2);
        let f1 = 100.0 * (v[2] - v[1].powi(2)).powi(2) + (1.0 - v[1]).powi(2);
        let f2 = 100.0 * (v[3] - v[2].powi(2)).powi(2) + (1.0 - v[2]).powi(2);
        let f3 = 100.0 * (v[4] - v[3].powi(2)).powi(2) + (1.0 - v[3]).powi(2);
        let f4 = 100.0 * (v[5] - v[4].powi(2)).powi(2) + (1.0 - v[4]).powi(2);
        let f5 = 100.0 * (v[6] - v[5].powi(2)).powi(2) + (1.0 - v[5]).powi(2);
        let f6 = 100.0 * (v[7] - v[6].powi(2)).powi(2) + (1.0 - v[6]).powi(2);
        let f7 = 100.0 * (v[8] - v[7].powi(2)).powi(2) + (1.0 - v[7]).powi(2);
        let f8 = 100.0 * (v[9] - v[8].powi(2)).powi(2) + (1.0 - v[8]).powi(2);
        let f9 = 100.0 * (v[10] - v[9].powi(2)).powi(2) + (1.0 - v[9]).powi(2);
        let f10 = 100.0 * (v[11] - v[10].powi(2)).powi(2) + (1.0 - v[10]).powi(2);
        let f11 = 100.0 * (v[12] - v[11].powi(2)).powi(2) + (1.0 - v[11]).powi(2);
        let f12 = 100.0 * (v[13] - v[12].powi(2)).powi(2) + (1.0 - v[12]).powi(2);
        let f13 = 100.0 * (v[14] - v[13].powi(2)).powi(2) + (1.0 - v[13]).powi(2);
        let f14 = 100.0 * (v[15] - v[14].powi(2)).powi(2) + (1.0 - v[14]).powi(2);
        let f15 = 100.0 * (v[16] - v[15].powi(2)).powi(2) + (1.0 - v[15]).powi(2);
        let f16 = 100.0 * (v[17] - v[16].powi(2)).powi(2) + (1.0 - v[16]).powi(2);
        let f17 = 100.0 * (v[18] - v[17].powi(2)).powi(2) + (1.0 - v[17]).powi(2);
        let f18 = 100.0 * (v[19] - v[18].powi(2)).powi(2) + (1.0 - v[18]).powi(2);
        let f19 = 100.0 * (v[20] - v[19].powi(2)).powi(2) + (1.0 - v[19]).powi(2);
        let f20 = 100.0 * (v[21] - v[20].powi(2)).powi(2) + (1.0 - v[20]).powi(2);
        let f21 = 100.0 * (v[22] - v[21].powi(2)).powi(2) + (1.0 - v[21]).powi(2);
        let f22 = 100.0 * (v[23] - v[22].powi(2)).powi(2) + (1.0 - v[22]).powi(2);
        let f23 = 100.0 * (v[24] - v[23].powi(2)).powi(2) + (1.0 - v[23]).powi(2);
        let f24 = 100.0 * (v[25] - v[24].powi(2)).powi(2) + (1.0 - v[24]).powi(2);
        let f25 = 100.0 * (v[26] - v[25].powi(2)).powi(2) + (1.0 - v[25]).powi(2);
        let f26 = 100.0 * (v[27] - v[26].powi(2)).powi(2) + (1.0 - v[26]).powi(2);
        let f27 = 100.0 * (v[28] - v[27].powi(2)).powi(2) + (1.0 - v[27]).powi(2);
        let f28 = 100.0 * (v[29] - v[28].powi(2)).powi(2) + (1.0 - v[28]).powi(2);
        let f29 = 100.0 * (v[30] - v[29].powi(2)).powi(2) + (1.0 - v[29]).powi(2);
        let f30 = 100.0 * (v[31] - v[30].powi(2)).powi(2) + (1.0 - v[30]).powi(2);
        let f31 = 100.0 * (v[32] - v[31].powi(2)).powi(2) + (1.0 - v[31]).powi(2);
        let f32 = 100.0 * (v[33] - v[32].powi(2)).powi(2) + (1.0 - v[32]).powi(2);
        let f33 = 100.0 * (v[34] - v[33].powi(2)).powi(2) + (1.0 - v[33]).powi(2);
        let f34 = 100.0 * (v[35] - v[34].powi(2)).powi(2) + (1.0 - v[34]).powi(2);
        let f35 = 100.0 * (v[36] - v[35].powi(2)).powi(2) + (1.0 - v[35]).powi(2);
        let f36 = 100.0 * (v[37] - v[36].powi(2)).powi(2) + (1.0 - v[36]).powi(2);
        let f37 = 100.0 * (v[38] - v[37].powi(2)).powi(2) + (1.0 - v[37]).powi(2);
        let f38 = 100.0 * (v[39] - v[38].powi(2)).powi(2) + (1.0 - v[38]).powi(2);
        let f39 = 100.0 * (v[40] - v[39].powi(2)).powi(2) + (1.0 - v[39]).powi(2);
        let f40 = 100.0 * (v[41] - v[40].powi(2)).powi(2) + (1.0 - v[40]).powi(2);
        let f41 = 100.0 * (v[42] - v[41].powi(2)).powi(2) + (1.0 - v[41]).powi(2);
        let f42 = 100.0 * (v[43] - v[42].powi(2)).powi(2) + (1.0 - v[42]).powi(2);
        let f43 = 100.0 * (v[44] - v[43].powi(2)).powi(2) + (1.0 - v[43]).powi(2);
        let f44 = 100.0 * (v[45] - v[44].powi(2)).powi(2) + (1.0 - v[44]).powi(2);
        let f45 = 100.0 * (v[46] - v[45].powi(2)).powi(2) + (1.0 - v[45]).powi(2);
        let f46 = 100.0 * (v[47] - v[46].powi(2)).powi(2) + (1.0 - v[46]).powi(2);
        let f47 = 100.0 * (v[48] - v[47].powi(2)).powi(2) + (1.0 - v[47]).powi(2);
        let f48 = 100.0 * (v[49] - v[48].powi(2)).powi(2) + (1.0 - v[48]).powi(2);
        let f49 = 100.0 * (v[50] - v[49].powi(2)).powi(2) + (1.0 - v[49]).powi(2);
        let f50 = 100.0 * (v[51] - v[50].powi(2)).powi(2) + (1.0 - v[50]).powi(2);
        let f51 = 100.0 * (v[52] - v[51].powi(2)).powi(2) + (1.0 - v[51]).powi(2);
        let f52 = 100.0 * (v[53] - v[52].powi(2)).powi(2) + (1.0 - v[52]).powi(2);
        let f53 = 100.0 * (v[54] - v[53].powi(2)).powi(2) + (1.0 - v[53]).powi(2);
        let f54 = 100.0 * (v[55] - v[54].powi(2)).powi(2) + (1.0 - v[54]).powi(2);
        let f55 = 100.0 * (v[56] - v[55].powi(2)).powi(2) + (1.0 - v[55]).powi(2);
        let f56 = 100.0 * (v[57] - v[56].powi(2)).powi(2) + (1.0 - v[56]).powi(2);
        let f57 = 100.0 * (v[58] - v[57].powi(2)).powi(2) + (1.0 - v[57]).powi(2);
        let f58 = 100.0 * (v[59] - v[58].powi(2)).powi(2) + (1.0 - v[58]).powi(2);
        let f59 = 100.0 * (v[60] - v[59].powi(2)).powi(2) + (1.0 - v[59]).powi(2);
        let f60 = 100.0 * (v[61] - v[60].powi(2)).powi(2) + (1.0 - v[60]).powi(2);
        let f61 = 100.0 * (v[62] - v[61].powi(2)).powi(2) + (1.0 - v[61]).powi(2);
        let f62 = 100.0 * (v[63] - v[62].powi(2)).powi(2) + (1.0 - v[62]).powi(2);
        let f63 = 100.0 * (v[64] - v[63].powi(2)).powi(2) + (1.0 - v[63]).powi(2);
        let f64 = 100.0 * (v[65] - v[64].powi(2)).powi(2) + (1.0 - v[64]).powi(2);
        let f65 = 100.0 * (v[66] - v[65].powi(2)).powi(2) + (1.0 - v[65]).powi(2);
        let f66 = 100.0 * (v[67] - v[66].powi(2)).powi(2) + (1.0 - v[66]).powi(2);
        let f67 = 100.0 * (v[68] - v[67].powi(2)).powi(2) + (1.0 - v[67]).powi(2);
        let f68 = 100.0 * (v[69] - v[68].powi(2)).powi(2) + (1.0 - v[68]).powi(2);
        let f69 = 100.0 * (v[70] - v[69].powi(2)).powi(2) + (1.0 - v[69]).powi(2);
        let f70 = 100.0 * (v[71] - v[70].powi(2)).powi(2) + (1.0 - v[70]).powi(2);
        let f71 = 100.0 * (v[72] - v[71].powi(2)).powi(2) + (1.0 - v[71]).powi(2);
        let f72 = 100.0 * (v[73] - v[72].powi(2)).powi(2) + (1.0 - v[72]).powi(2);
        let f73 = 100.0 * (v[74] - v[73].powi(2)).powi(2) + (1.0 - v[73]).powi(2);
        let f74 = 100.0 * (v[75] - v[74].powi(2)).powi(2) + (1.0 - v[74]).powi(2);
        let f75 = 100.0 * (v[76] - v[75].powi(2)).powi(2) + (1.0 - v[75]).powi(2);
        let f76 = 100.0 * (v[77] - v[76].powi(2)).powi(2) + (1.0 - v[76]).powi(2);
        let f77 = 100.0 * (v[78] - v[77].powi(2)).powi(2) + (1.0 - v[77]).powi(2);
        let f78 = 100.0 * (v[79] - v[78].powi(2)).powi(2) + (1.0 - v[78]).powi(2);
        let f79 = 100.0 * (v[80] - v[79].powi(2)).powi(2) + (1.0 - v[79]).powi(2);
        let f80 = 100.0 * (v[81] - v[80].powi(2)).powi(2) + (1.0 - v[80]).powi(2);
        let f81 = 100.0 * (v[82] - v[81].powi(2)).powi(2) + (1.0 - v[81]).powi(2);
        let f82 = 100.0 * (v[83] - v[82].powi(2)).powi(2) + (1.0 - v[82]).powi(2);
        let f83 = 100.0 * (v[84] - v[83].powi(2)).powi(2) + (1.0 - v[83]).powi(2);
        let f84 = 100.0 * (v[85] - v[84].powi(2)).powi(2) + (1.0 - v[84]).powi(2);
        let f85 = 100.0 * (v[86] - v[85].powi(2)).powi(2) + (1.0 - v[85]).powi(2);
        let f86 = 100.0 * (v[87] - v[86].powi(2)).powi(2) + (1.0 - v[86]).powi(2);
        let f87 = 100.0 * (v[88] - v[87].powi(2)).powi(2) + (1.0 - v[87]).powi(2);
        let f88 = 100.0 * (v[89] - v[88].powi(2)).powi(2) + (1.0 - v[88]).powi(2);
        let f89 = 100.0 * (v[90] - v[89].powi(2)).powi(2) + (1.0 - v[89]).powi(2);
        let f90 = 100.0 * (v[91] - v[90].powi(2)).powi(2) + (1.0 - v[90]).powi(2);
        let f91 = 100.0 * (v[92] - v[91].powi(2)).powi(2) + (1.0 - v[91]).powi(2);
        let f92 = 100.0 * (v[93] - v[92].powi(2)).powi(2) + (1.0 - v[92]).powi(2);
        let f93 = 100.0 * (v[94] - v[93].powi(2)).powi(2) + (1.0 - v[93]).powi(2);
        let f94 = 100.0 * (v[95] - v[94].powi(2)).powi(2) + (1.0 - v[94]).powi(2);
        let f95 = 100.0 * (v[96] - v[95].powi(2)).powi(2) + (1.0 - v[95]).powi(2);
        let f96 = 100.0 * (v[97] - v[96].powi(2)).powi(2) + (1.0 - v[96]).powi(2);
        let f97 = 100.0 * (v[98] - v[97].powi(2)).powi(2) + (1.0 - v[97]).powi(2);
        let f98 = 100.0 * (v[99] - v[98].powi(2)).powi(2) + (1.0 - v[98]).powi(2);
        f0 + f1
            + f2
            + f3
            + f4
            + f5
            + f6
            + f7
            + f8
            + f9
            + f10
            + f11
            + f12
            + f13
            + f14
            + f15
            + f16
            + f17
            + f18
            + f19
            + f20
            + f21
            + f22
            + f23
            + f24
            + f25
            + f26
            + f27
            + f28
            + f29
            + f30
            + f31
            + f32
            + f33
            + f34
            + f35
            + f36
            + f37
            + f38
            + f39
            + f40
            + f41
            + f42
            + f43
            + f44
            + f45
            + f46
            + f47
            + f48
            + f49
            + f50
            + f51
            + f52
            + f53
            + f54
            + f55
            + f56
            + f57
            + f58
            + f59
            + f60
            + f61
            + f62
            + f63
            + f64
            + f65
            + f66
            + f67
            + f68
            + f69
            + f70
            + f71
            + f72
            + f73
            + f74
            + f75
            + f76
            + f77
            + f78
            + f79
            + f80
            + f81
            + f82
            + f83
            + f84
            + f85
            + f86
            + f87
            + f88
            + f89
            + f90
            + f91
            + f92
            + f93
            + f94
            + f95
            + f96
            + f97
            + f98
    }
}

pub(super) fn workload() -> Workload<100> {
    Workload {
        name: "rosen100",
        arguments: core::array::from_fn(|i| [-1.2, 1.0, 0.8, 1.1, -0.5, 0.3, 1.4, 0.9, -0.7, 1.3][i % 10]),
        budgets: Budgets { by_hand: Some(1.05), symdiff: Some(1.0), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, rosenbrock),
            Subject::new(Role::Gradient, rosenbrock_grad),
            Subject::new(Role::ValueAndGradient, rosenbrock_value_and_grad),
            Subject::new(Role::Pullback, |x| at_one(rosenbrock_vjp(x))),
            Subject::new(Role::ByHand, rosenbrock_by_hand),
            Subject::new(Role::Symdiff, |v| symbolic::rosenbrock_gradient(v)),
            Subject::new(Role::EmptyValue, |arguments| arguments[0]),
            Subject::new(Role::EmptyGradient, |arguments| *arguments),
            Subject::new(Role::EmptyValueAndGradient, |arguments| (arguments[0], *arguments)),
        ],
    }
}
