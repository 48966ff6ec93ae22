//! Colour for a terminal. Always written; whoever prints it takes it out where nobody can see it.

/// A look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A heading.
    Bold,
    /// What is wrong, or gone.
    Red,
    /// What is right, or new.
    Green,
    /// What waits, or warns.
    Yellow,
    /// Names to look up.
    Cyan,
    /// What can be skipped.
    Faint,
}

/// Whether a rendering carries colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Escape sequences for a terminal.
    Colour,
    /// Text alone.
    Plain,
}

impl Paint {
    /// The text in a look.
    pub fn ink(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Bold => "1",
            Ink::Red => "31",
            Ink::Green => "32",
            Ink::Yellow => "33",
            Ink::Cyan => "36",
            Ink::Faint => "2",
        };
        match self {
            Self::Colour if !text.is_empty() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Colour | Self::Plain => text.to_owned(),
        }
    }
}
