//! Figures, a line each, as soon as they are known.

/// Where figures go.
#[derive(Debug, Default)]
pub(crate) struct Table {
    begun: bool,
}

impl Table {
    /// Prints the median of some runs, the least and the most, and what it is compared with.
    pub(crate) fn line(&mut self, figure: &str, runs: &[f64], unit: &str, beside: &str) {
        if !self.begun {
            println!(
                "{:<58} {:>12} {:>25}  {:<22} beside",
                "figure", "median", "least .. most (runs)", "unit"
            );
            self.begun = true;
        }
        let mut sorted = runs.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else {
            return;
        };
        let range = format!("{} .. {} ({})", short(*least), short(*most), runs.len());
        println!("{figure:<58} {:>12} {range:>25}  {unit:<22} {beside}", short(median(runs)));
    }
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(runs: &[f64]) -> f64 {
    let mut sorted = runs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.get(middle) {
        Some(upper) if sorted.len() % 2 == 1 => *upper,
        Some(upper) => f64::midpoint(*upper, sorted[middle - 1]),
        None => f64::NAN,
    }
}

/// Three or four digits, as many as mean something.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 100.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
