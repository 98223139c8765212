//! Ratios and their budgets.

/// A ratio and what it may be.
pub struct Comparison {
    ratio: Option<f64>,
    budget: Option<f64>,
}

impl Comparison {
    /// Of an amount to a yardstick.
    #[must_use]
    pub fn new(count: f64, yardstick: Option<f64>, budget: Option<f64>) -> Self {
        Self { ratio: yardstick.map(|yardstick| count / yardstick), budget }
    }

    /// Whether the ratio is over budget.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        matches!((self.ratio, self.budget), (Some(ratio), Some(budget)) if ratio > budget)
    }

    /// The ratio and the budget as two cells of a table.
    #[must_use]
    pub fn cells(&self) -> String {
        let number =
            |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |number| format!("{number:.2}"));
        let emphasis = if self.is_missed() { "**" } else { "" };
        format!("{emphasis}{}{emphasis} | {}", number(self.ratio), number(self.budget))
    }
}
