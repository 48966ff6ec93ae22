//! Chat commands: what a pull-request comment asks for.
