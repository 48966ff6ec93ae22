//! How often: `every 90 days`, `each month`, `four times a year`.

use super::quantity::Comparator;
use super::quantity::Unit;
use super::reading::Reading;

impl Reading {
    /// `every 90 days`, `each month`, `every other Friday`, `twice a week` beyond the fixed phrases.
    pub fn read_rhythms(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            if let Some((days, length)) = self.rhythm_at(at) {
                let mark = self.mark(at, length);
                self.rhythm.push((days, mark));
                at += length;
            } else {
                at += 1;
            }
        }
    }

    fn rhythm_at(&self, at: usize) -> Option<(f64, usize)> {
        if matches!(self.word(at), "every" | "each" | "per") {
            let (times, skip) = match self.word(at + 1) {
                "other" | "second" => (2.0, 1),
                "third" => (3.0, 1),
                "single" => (1.0, 1),
                _ => (1.0, 0),
            };
            // After an amount `per day` is its basis, not a rhythm.
            let basis = self.quantities.iter().any(|q| q.span.contains(&at));
            if let Some(days) = period(self.word(at + 1 + skip)).filter(|_| self.word(at) != "per") {
                return Some((days * times, 2 + skip));
            }
            let amount = self
                .quantities
                .iter()
                .find(|q| q.at == at + 1 && q.unit == Unit::Time);
            return amount
                .filter(|_| !basis || self.word(at) == "every")
                .map(|q| (q.value / 86_400.0, q.span.end - at));
        }
        let (often, length) = match self.word(at) {
            "once" => (1.0, 1),
            "twice" => (2.0, 1),
            "thrice" => (3.0, 1),
            _ if self.word(at + 1) == "times" && self.counts_plainly(at) => {
                let (times, used, _) = super::units::number_at(&self.words, at)?;
                (times, used + 1)
            }
            _ => return None,
        };
        matches!(self.word(at + length), "a" | "per" | "every" | "each")
            .then(|| period(self.word(at + length + 1)))
            .flatten()
            .filter(|_| often > 0.0)
            .map(|days| (days / often, length + 2))
    }

    /// Whether the number at a place has no comparator: `at least four times a year` is an amount.
    fn counts_plainly(&self, at: usize) -> bool {
        let plain = Comparator::Bare;
        self.quantities
            .iter()
            .any(|q| q.at == at && q.comparator == plain)
    }
}

/// Days in a named period.
fn period(word: &str) -> Option<f64> {
    Some(match word {
        "hour" | "hours" => 1.0 / 24.0,
        "day" | "days" | "night" | "morning" | "evening" | "workday" | "weekday" | "shift" => 1.0,
        "week" | "weeks" | "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday"
        | "sunday" | "weekend" => 7.0,
        "sprint" | "fortnight" => 14.0,
        "month" | "months" => 30.4,
        "quarter" | "season" => 91.3,
        "semester" => 182.6,
        "year" | "years" => 365.2,
        _ => return None,
    })
}
