//! The server through its door: real HTTP, a real file store, and the stand-in GitHub behind it.

mod budget;
mod chaos;
mod crash;
mod dead_letter;
mod door;
mod junk;
mod load;
mod memory;
mod metrics;
mod otlp;
mod people;
mod replicas;
mod scene;
mod secrets;
mod slow;
mod trace;
mod trouble;
