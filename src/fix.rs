//! Mends what can be mended: the version step in every place, and the drafted log row.
