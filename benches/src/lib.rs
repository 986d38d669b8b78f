//! Benchmarks of single parts: `cargo bench -p proaktiv-benches`. A whole run is measured by `proaktiv-sim run`.
