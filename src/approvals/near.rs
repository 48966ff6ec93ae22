//! How far apart two short words are, for "did you mean".

/// The number of single-character edits (two swapped neighbours count as one) between two words
/// without regard to ASCII case, if it is at most `limit`. Words over 64 characters have none.
pub(crate) fn distance(left: &str, right: &str, limit: usize) -> Option<usize> {
    let left: Vec<char> = left.chars().map(|c| c.to_ascii_lowercase()).take(65).collect();
    let right: Vec<char> = right.chars().map(|c| c.to_ascii_lowercase()).take(65).collect();
    if left.len() > 64 || right.len() > 64 || left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let width = right.len() + 1;
    let mut rows = vec![vec![0; width]; left.len() + 1];
    rows[0] = (0..width).collect();
    for i in 1..=left.len() {
        rows[i][0] = i;
        for j in 1..width {
            let differs = usize::from(left[i - 1] != right[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    Some(rows[left.len()][right.len()]).filter(|&d| d <= limit)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn near_words_are_near() {
        for (left, right, expected) in [
            ("approve-role", "approve-role", Some(0)),
            ("aprove-role", "approve-role", Some(1)),
            ("appvore-role", "approve-role", Some(2)),
            ("spec-hlep", "spec-help", Some(1)),
            ("Spec-Help", "spec-help", Some(0)),
            ("", "ab", Some(2)),
            ("", "abc", None),
        ] {
            assert_eq!(distance(left, right, 2), expected, "{left} {right}");
        }
    }
}
